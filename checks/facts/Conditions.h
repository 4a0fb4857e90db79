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

/// What a call passes, as far as conditions may speak of it.
struct Passed {
  /// The subject of what is no argument: the call is not made if one of `Holds` does hold
  /// of the caller's parameter `From`.
  static constexpr int Guard = 0;

  /// As conditions count: from 1.
  int Subject = 0;
  /// Of `Condition::Kind`, those that hold, as bits; only of those that need no name.
  unsigned Holds = 0;
  /// The parameter of the caller's that it comes from, from 1; 0 for none.
  int From = 0;

  bool operator==(const Passed &Other) const {
    return Subject == Other.Subject && Holds == Other.Holds && From == Other.From;
  }
};

/// Whether its condition may be settled by callers in other files.
bool canCross(const Condition &Open);

/// The kinds of a guard.
constexpr Condition::Kind GuardKinds[] = {Condition::Zero, Condition::NotZero};

/// The arguments of a call of which there is something to say, and its guards.
std::vector<Passed> passedBy(const CallSite &At, const Evidence &Shown, const Function &Caller,
                             const Unit &In);

/// Evaluates conditions of which one suffices to make the call harmless.
Verdict evaluate(llvm::ArrayRef<Condition> Unless, const CallSite &At, const Evidence &Shown,
                 const Function &Caller, const Unit &In);

} // namespace asynciter
