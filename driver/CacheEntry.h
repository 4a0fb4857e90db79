// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is kept of some work, a unit's facts file for one, and the footprint of the work.
// Paths below the root are relative to it, so that other checkouts can use it.
//
// Little-endian.
//
//   "asyncun2"
//   name            text: which work it is, so that no other entry is taken for it
//   root            text: where it was made
//   paths           count:u64, (what was learned:u64, stamp, hash:u64, path)...
//   folders         count:u64, (stamp, path, names that it lacks, with zeros)...
//   content         text: what the work came to
//   xxh3 of all that:u64
//
// A text is its size:u64 and its bytes. A path is a text whose first byte says whether
// it is relative to the root.
#pragma once

#include "Footprint.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace asynciter {

/// A folder, and what is below it when it is somewhere else.
class Root {
public:
  explicit Root(llvm::StringRef Folder) : Folder(Folder.rtrim('/')) {}

  /// A path with a mark in front: the same for all checkouts if it is below the root.
  std::string portable(llvm::StringRef Path) const;
  /// The same for an argument of a compiler, whose first path may be below the root.
  std::string portableArgument(llvm::StringRef Argument) const;
  /// What `portable` made of a path at another root. `Buffer` may be written to.
  llvm::StringRef here(llvm::StringRef Portable, std::string &Buffer) const;

  const std::string &folder() const { return Folder; }

private:
  std::string Folder;
};

std::string encodeEntry(llvm::StringRef Name, const Footprint &Of, llvm::StringRef Content, const Root &At);

/// Reads an entry while it compares it with what is there.
class EntryReader {
public:
  /// False if it is not the one of that name, or damaged. The bytes must outlive this.
  bool open(llvm::StringRef Bytes, llvm::StringRef Name);

  llvm::StringRef madeAt() const { return MadeAt; }
  llvm::StringRef content() const { return Content; }

  using PathTest = llvm::function_ref<bool(llvm::StringRef Portable, const Footprint::Path &)>;
  using FolderTest = llvm::function_ref<bool(llvm::StringRef Portable, const Stamp &, llvm::StringRef Names)>;
  /// Whether all pass.
  bool check(PathTest Path, FolderTest Folder) const;

private:
  llvm::StringRef MadeAt, Paths, Content;
};

} // namespace asynciter
