// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One unit in the cache: its facts file, and the footprint of the parse that made it.
// Paths below the root are relative to it, so that other checkouts can use it.
//
// Little-endian.
//
//   "asyncun1"
//   root            text: where it was made
//   paths           count:u64, (what was learned:u64, stamp, hash:u64, path)...
//   folders         count:u64, (stamp, path, names that it lacks, with zeros)...
//   facts           the bytes of a facts file
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

std::string encodeEntry(const Footprint &Of, llvm::StringRef Facts, const Root &At);

/// Reads an entry while it compares it with what is there.
class EntryReader {
public:
  /// False if it is none, or damaged. The bytes must outlive this.
  bool open(llvm::StringRef Bytes);

  llvm::StringRef madeAt() const { return MadeAt; }
  llvm::StringRef facts() const { return Facts; }

  using PathTest = llvm::function_ref<bool(llvm::StringRef Portable, const Footprint::Path &)>;
  using FolderTest = llvm::function_ref<bool(llvm::StringRef Portable, const Stamp &, llvm::StringRef Names)>;
  /// Whether all pass.
  bool check(PathTest Path, FolderTest Folder) const;

private:
  llvm::StringRef MadeAt, Paths, Facts;
};

} // namespace asynciter
