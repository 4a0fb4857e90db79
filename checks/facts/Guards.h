// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What callers can pass so that a branch of a function is not taken:
// `if (sync) ::fsync(fd);` does nothing for those who pass `false`.
#pragma once

#include "model/Libraries.h"

#include <vector>

namespace clang {
class ASTContext;
class Expr;
class FunctionDecl;
class Stmt;
} // namespace clang

namespace asynciter {

/// Adds conditions on the parameters of `Of`, counted from 1, each of which makes `Asked`
/// come out other than `Taken`. It knows comparisons with constants, `!`, `&&` and `||`.
void addGuards(const clang::Expr &Asked, bool Taken, const clang::FunctionDecl &Of,
               const clang::ASTContext &Context, std::vector<Condition> &To);

/// Whether the function may give its parameter another value, so that a condition says
/// nothing of what was passed.
bool changesParameter(const clang::Stmt &Body, const clang::FunctionDecl &Of, unsigned Position);

} // namespace asynciter
