// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which variables a piece of code may change, as far as it shows: by an
// assignment, a method that is not const, a reference or address that it lends.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

namespace clang {
class Expr;
class Stmt;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// The variable that a value is part of, or the member of `*this`: through
/// members, elements, dereferences and references. Null if there is none.
const clang::ValueDecl *rootOf(const clang::Expr &Value);

/// Calls `Visit` for the variables and members that `Element` by itself may
/// change, not counting its parts.
void forEachChanged(const clang::Stmt &Element, llvm::function_ref<void(const clang::ValueDecl &)> Visit);

/// Whether something in `Whole` may change the variable.
bool changes(const clang::Stmt &Whole, const clang::ValueDecl &Variable);

/// Calls `Visit` for each variable, parameter and member of `*this` that
/// `Whole` names.
void forEachNamed(const clang::Stmt &Whole, llvm::function_ref<void(const clang::ValueDecl &)> Visit);

} // namespace asynciter
