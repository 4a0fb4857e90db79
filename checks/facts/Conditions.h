// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether a catalogued call blocks as it is written here: the conditions of the
// library models, evaluated at a call.
#pragma once

#include "facts/Calls.h"

namespace asynciter {

struct Verdict {
  enum Kind {
    Harmless,
    Blocks,
    DependsOnCaller, ///< on what the caller's callers pass
  } Is = Blocks;
  /// The conditions that are left to the callers, their subjects renamed to the
  /// caller's own parameters.
  std::vector<Condition> Open = {};
};

/// Evaluates conditions of which one suffices to make the call harmless.
Verdict evaluate(llvm::ArrayRef<Condition> Unless, const CallSite &At, const Evidence &Shown,
                 const Function &Caller, const Unit &In);

} // namespace asynciter
