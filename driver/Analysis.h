// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Running rules over one translation unit: what both front ends share, so that
// they cannot differ in what they find.
#pragma once

#include "Rule.h"
#include "facts/Summary.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace clang {
class SourceManager;
}

namespace asynciter {

/// A rule that is to run, and the options that were set for it.
struct ActiveRule {
  const Rule *The;
  llvm::StringMap<std::string> Options;
};

/// A finding, ready to be told: every location is in a file, none in a macro.
struct Located {
  const RuleInfo *By;
  Finding What;
};

/// A question, whose place and notes are like those of a finding.
struct Asked {
  const RuleInfo *By;
  Question What;
};

struct Analysis {
  std::vector<Located> Found;
  std::vector<Asked> Open;
};

/// Whether a user wants to hear of this file.
using FileFilter = llvm::function_ref<bool(llvm::StringRef Path)>;

/// Runs `Rules` over `Source`. What comes back is in the order of the source,
/// has one finding per rule and place, and none in a system header or in a
/// header that `Wanted` refuses.
Analysis analyse(const Unit &Source, llvm::ArrayRef<ActiveRule> Rules, FileFilter Wanted);

/// The name a rule has in diagnostics and in suppression comments.
std::string diagnosticName(const RuleInfo &Info);

/// The note that carries a fix which a person must read first. Fixes on the
/// warning itself are applied unasked, under clang-tidy too.
inline constexpr llvm::StringLiteral UnsafeFixNote = "a change that may be meant; read it before applying it";

} // namespace asynciter
