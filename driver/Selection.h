// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which rules run.
#pragma once

#include "Rule.h"

#include "llvm/Support/Error.h"

#include <vector>

namespace asynciter {

/// The rule of that name, or null.
const Rule *findRule(llvm::StringRef Name);

/// The rules that are on after `Globs`, which are read from left to right on
/// top of those that are on by default; `-` in front switches off.
std::vector<const Rule *> selectRules(llvm::ArrayRef<llvm::StringRef> Globs);

/// An item of `Globs` that fits no rule is an error, for its user to read.
llvm::Error checkGlobs(llvm::StringRef Globs);

} // namespace asynciter
