// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The comments of a file that silence findings of our rules.
#pragma once

#include "clang/Basic/SourceLocation.h"

#include <string>
#include <vector>

namespace clang {
class LangOptions;
class SourceManager;
} // namespace clang

namespace asynciter {

/// `NOLINT(asynciter-a, other-b)` and its relatives.
struct Suppression {
  /// The comment that it is in.
  clang::SourceLocation Comment;
  /// The lines on which it silences, both included.
  unsigned FirstLine = 0, LastLine = 0;
  /// It stands between an `#if` and its `#endif`, or around them: in another
  /// configuration there may be more, or less, to silence.
  bool IsConditional = false;
  /// Rules of ours that it names, without `asynciter-`; patterns are left out.
  std::vector<std::string> Rules;
  /// Where it stands; a second place for the end of a region.
  struct Place {
    clang::SourceRange Whole;               ///< the comment
    clang::SourceLocation Begin, List, End; ///< of the directive and of its list
  };
  std::vector<Place> Places;
  /// All that it names, as written.
  std::vector<std::string> Names;
};

/// Those of the main file, in order. A region without an end is left out.
std::vector<Suppression> suppressionsOf(const clang::SourceManager &Sources,
                                        const clang::LangOptions &Language);

} // namespace asynciter
