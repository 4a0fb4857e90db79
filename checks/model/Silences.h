// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether a NOLINT comment of any kind stands for a rule at a place, in any
// file. For facts that others build on: of findings the front ends know it.
#pragma once

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"

#include <string>
#include <vector>

namespace asynciter {

class Unit;

/// For one `Unit`; ask for it with `unit.facts<Silences>()`.
class Silences {
public:
  explicit Silences(const Unit &In) : In(In) {}

  bool covers(clang::SourceLocation At, llvm::StringRef Rule) const;
  /// Only those that say which rules they are for: many stand at the head of a function for
  /// what another tool says of it.
  bool coversByName(clang::SourceLocation At, llvm::StringRef Rule) const;

private:
  struct Directive {
    unsigned FirstLine, LastLine;
    std::vector<std::string> Names;
  };
  bool covers(clang::SourceLocation At, llvm::StringRef Rule, bool AlsoForAll) const;
  const std::vector<Directive> &directivesOf(clang::FileID File) const;
  static std::vector<Directive> read(llvm::StringRef Text);

  const Unit &In;
  mutable llvm::DenseMap<clang::FileID, std::vector<Directive>> Read;
};

} // namespace asynciter
