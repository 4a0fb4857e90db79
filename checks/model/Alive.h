// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which locals a coroutine's frame keeps while it is suspended: those whose
// destructors run if it is destroyed there.
#pragma once

#include "model/Unit.h"

namespace clang {
class Expr;
class VarDecl;
} // namespace clang

namespace asynciter {

struct Survivor {
  const clang::VarDecl *Local;
  /// In source order; reachable, and such that the coroutine can stop there.
  std::vector<const clang::Expr *> Suspensions;
};

/// The locals that are alive at a suspension, in the order of declaration.
std::vector<Survivor> aliveAtSuspensions(const Unit &In, const Function &Coroutine);

} // namespace asynciter
