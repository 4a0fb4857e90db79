// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that do nothing until something changes that they do not change.
#pragma once

#include "model/Unit.h"

namespace clang {
class Expr;
} // namespace clang

namespace asynciter {

struct Spin {
  /// What the loop tests at each turn.
  const clang::Expr *Test;
  /// The loop's keyword.
  clang::SourceLocation At;
  /// What it waits for, as people name it: `done`, `try_pop`; may be empty.
  std::string On;
};

/// The loops of a body, its lambdas aside, that only wait: they neither suspend
/// nor call anything that could make their condition change, and what they test
/// can only be changed by another task or thread.
std::vector<Spin> spinsOf(const Unit &In, const Function &Where);

} // namespace asynciter
