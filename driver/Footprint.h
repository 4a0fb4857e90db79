// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a piece of work looked at in the file system, and found or did not find: all
// that has to be as it was for the work to come to the same.
#pragma once

#include "launcher/Stamp.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace asynciter {

/// What was learned of a path. More includes less.
enum class Learned : std::uint8_t {
  Present,  ///< a file, and its size
  Folder,   ///< a folder, without what is in it
  Listing,  ///< the names in a folder
  Contents, ///< those of a file
};

class Footprint {
public:
  Footprint() = default;
  /// One that nobody is going to compare with anything: it notes nothing.
  static Footprint unnoted();
  bool isNoted() const { return IsNoted; }

  struct Path {
    Learned What;
    Stamp At;
    /// Of names or contents; zero if only the stamp is known.
    std::uint64_t Hash = 0;
  };
  struct Folder {
    /// From before the first look.
    Stamp At;
    llvm::StringSet<> Absent;
  };

  /// Paths are absolute here.
  void found(llvm::StringRef Path, const Footprint::Path &How);
  /// Remembers what of the path is not there: the nearest folder that is one may lack
  /// the next.
  void missed(llvm::StringRef Path);
  void absent(llvm::StringRef In, const Stamp &At, llvm::StringRef Name);

  /// Looks for a file that is going to be read past all this, or is not there, and says
  /// which.
  Being look(llvm::StringRef Path);

  /// Reads a file, if it can be read.
  std::unique_ptr<llvm::MemoryBuffer> read(llvm::StringRef Path);

  void add(const Footprint &Other);

  /// Whether it is known what was in a file.
  bool hasContents(llvm::StringRef File) const;

  /// Whether a file changed while we looked. Then nothing of this may be kept.
  bool isTorn() const { return Torn; }
  const llvm::StringMap<Path> &paths() const { return Paths; }
  const llvm::StringMap<Folder> &folders() const { return Folders; }

private:
  /// Whether a folder is known not to be there, as it is or for want of one above.
  bool isWithinMissing(llvm::StringRef Folder) const;

  llvm::StringMap<Path> Paths;
  llvm::StringMap<Folder> Folders;
  bool Torn = false, IsNoted = true;
};

/// A hash of the names in a folder; nothing if it cannot be read.
std::optional<std::uint64_t> hashOfNames(llvm::StringRef Folder);

/// A hash of what is in a file; nothing if it cannot be read.
std::optional<std::uint64_t> hashOfFile(llvm::StringRef File);

} // namespace asynciter
