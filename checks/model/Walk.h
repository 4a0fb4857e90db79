// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Going through a body top-down, as it is written: each expression that a
// person wrote once, and nothing that the compiler made of it. (Clang's tree
// holds three `CoawaitExpr` and two paths to the operand for one `co_await`.)
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

namespace clang {
class Expr;
class Stmt;
class ValueDecl;
class VarDecl;
} // namespace clang

namespace asynciter {

/// Calls `Visit` for each direct part of `Whole` that is evaluated where `Whole`
/// is. Skips unevaluated operands, bodies of lambdas and of local classes, the
/// untaken side of `if constexpr`, and the calls that a range-`for` makes by
/// itself.
void forEachPart(const clang::Stmt &Whole, llvm::function_ref<void(const clang::Stmt &)> Visit);

/// Calls `Visit` for `Whole` and everything below it, outermost first.
void forEachNested(const clang::Stmt &Whole, llvm::function_ref<void(const clang::Stmt &)> Visit);

/// Calls `Visit` for each full expression below `Body` whose value nobody takes.
/// A cast to void takes it, on purpose.
void forEachDropped(const clang::Stmt &Body, llvm::function_ref<void(const clang::Expr &)> Visit);

/// Calls `Visit` for each local variable declared below `Body`, in order.
void forEachLocal(const clang::Stmt &Body, llvm::function_ref<void(const clang::VarDecl &)> Visit);

/// The expression without parentheses, implicit conversions, temporaries,
/// clean-ups and `std::move`-like casts around it.
const clang::Expr *strip(const clang::Expr *Wrapped);

/// The variable, parameter or member that an expression names, through
/// dereferences and accesses by smart pointers; null for anything else. Two
/// objects' same member are not told apart.
const clang::ValueDecl *entityOf(const clang::Expr *Named);

/// The entity that a value belongs to: as `entityOf`, also through getters
/// (`socket.native_handle()`), elements, bindings and the variables of loops.
const clang::ValueDecl *ownerOf(const clang::Expr &Value);

} // namespace asynciter
