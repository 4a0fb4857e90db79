// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a link found of all files, kept in a file for whoever looks at one: which
// functions block, and how. `asynciter-lint link --facts-out` writes it.
#pragma once

#include "facts/Summary.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace clang {
class FileManager;
}

namespace asynciter {

class Linked {
public:
  struct Place {
    std::string File;
    unsigned Line = 0, Column = 0;
  };
  struct Entry {
    std::string Name, Because, Kind;
    std::vector<Condition> Open;
    /// The first note has `Callee` where the name of what is called belongs.
    std::vector<std::pair<Place, std::string>> Notes;
  };
  static constexpr llvm::StringLiteral Callee = "\2";
  static constexpr unsigned FormatVersion = 2;

  /// Reads a file once, however often it is asked for.
  static llvm::Expected<std::shared_ptr<const Linked>> load(llvm::StringRef Path);

  const Entry *find(GlobalId Id) const {
    const auto Known = Entries.find(Id);
    return Known == Entries.end() ? nullptr : &Known->second;
  }

  /// The first file of a chain that is not any more what was linked; nothing if none is. One
  /// that is not there cannot be compared.
  std::optional<std::string> changedSince(const Entry &Of, clang::FileManager &Files) const;

private:
  llvm::DenseMap<GlobalId, Entry> Entries;
  /// Of the files in their notes.
  llvm::StringMap<std::uint32_t> Hashes;
};

/// Tells whether a file is what it was when facts were made.
std::uint32_t hashOfContents(llvm::StringRef Text);

/// Asks the link; or reports what it found, if `File` has that.
void askOrAnswer(Question Open, llvm::StringRef File, const Unit &In, Reporter &Out);

} // namespace asynciter
