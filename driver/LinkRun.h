// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linking the facts of many units, in memory or from files.
#pragma once

#include "Program.h"
#include "Results.h"

#include "llvm/ADT/ArrayRef.h"

#include <set>

namespace asynciter {

/// Names of what the questions of some units lead to and none of them has, each with
/// the number of the unit that calls it; names as messages have them.
std::set<Program::Missing> missingFrom(llvm::ArrayRef<UnitResult> Units, llvm::StringRef Root);

/// Answers the questions of all units that have facts, and adds the findings to
/// them. One unit alone is no program. `Root` is what paths in facts are relative to.
void linkUnits(std::vector<UnitResult> &Units, llvm::StringRef Root);

struct LinkOptions {
  std::vector<std::string> Files;
  /// What relative paths are relative to.
  std::string Root;
  /// Whether sources that have changed since make a facts file stale.
  bool CheckSources = true;
  /// Where to write what blocks, for editors; empty for nowhere.
  std::string FactsOut;
};

/// Links facts files. One that cannot be used is a failed unit, which says why.
std::vector<UnitResult> linkFiles(const LinkOptions &How);

} // namespace asynciter
