// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings that have left their translation unit: places are files and
// offsets, so that the results of all units can be merged and told.
#pragma once

#include "Analysis.h"

#include "clang/Tooling/Core/Replacement.h"

#include <string>
#include <vector>

namespace clang {
class FixItHint;
}

namespace asynciter {

/// A token in a file. `File` is absolute, without dots.
struct Place {
  std::string File;
  unsigned Offset = 0;
  unsigned Length = 0;
  /// As compilers count: from one, columns in bytes.
  unsigned Line = 0;
  unsigned Column = 0;
};

struct ResultNote {
  Place At;
  std::string Message;
};

struct Result {
  const RuleInfo *By = nullptr;
  Place At;
  std::string Message;
  std::vector<ResultNote> Notes;
  bool NotesAreAChain = false;
  /// Applied together or not at all.
  std::vector<clang::tooling::Replacement> Fix;
  FixSafety Safety = FixSafety::Safe;
  /// Holds if what that function returns borrows that parameter; zero for any case.
  std::uint64_t AssumedOf = 0;
  unsigned AssumedParameter = 0;
  std::string AssumedName;
};

/// How the linting of one unit ended.
struct UnitResult {
  enum Outcome {
    Linted,
    /// Not C++, so there is nothing to look for.
    Skipped,
    Failed,
  };
  std::string File;
  Outcome Is = Linted;
  std::vector<Result> Results;
  /// What made it fail, ready to print, one line per text.
  std::vector<std::string> Errors;
  /// Mistakes in the comments that suppress findings.
  std::vector<std::string> Warnings;
  /// The facts file, if one was asked for. Of a unit that failed it is empty, or else a
  /// file without facts says that the unit would fail again.
  std::string Facts;
};

/// The path of a file of the unit, without dots.
std::string absoluteFile(const clang::SourceManager &SM, clang::FileID File);

Place toPlace(clang::SourceLocation At, const clang::SourceManager &SM, const clang::LangOptions &Language);

Result toResult(const Located &Found, const clang::SourceManager &SM, const clang::LangOptions &Language);

/// The results of all units in the order of file and line, each once though
/// several units share a header. Does not depend on the order of `Units`.
std::vector<Result> merge(llvm::ArrayRef<UnitResult> Units);

} // namespace asynciter
