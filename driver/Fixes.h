// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Results.h"

#include "llvm/Support/Error.h"

#include <map>

namespace asynciter {

/// What `--fix` will do, before it does it.
struct FixPlan {
  std::map<std::string, clang::tooling::Replacements> ByFile;
  /// The findings that stay: without a fix, with one that needs a reader, or
  /// with one that stands in another's way.
  std::vector<Result> Left;
  unsigned Fixed = 0;
  /// Why fixes were left out, one text per finding.
  std::vector<std::string> Skipped;
};

/// Takes every fix that fits with those before it: of the unsafe ones only where
/// these are wanted. A fix is taken whole, in all its files, or not at all.
FixPlan planFixes(llvm::ArrayRef<Result> Results, FixSafety UpTo);

/// Writes the changed files, each whole or not at all.
llvm::Error applyFixes(const FixPlan &Plan);

} // namespace asynciter
