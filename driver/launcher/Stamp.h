// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a file's data on disk say of its content, without reading it. Knows nothing of
// LLVM: the launcher is not to load it.
#pragma once

#include <cstdint>

namespace asynciter {

/// Which file or folder it is, its size and times. Equal ones mean equal contents.
struct Stamp {
  std::int64_t Size = 0;
  /// Nanoseconds.
  std::int64_t Modified = 0;
  /// Also moves when a file is replaced by an older one. Zero if the next change may
  /// not be seen in it: the last one is as young as the file system's clock can tell.
  std::int64_t Changed = 0;
  /// Two that were made at once are told apart by it, when one takes the other's place.
  std::uint64_t Node = 0;

  bool isSettled() const { return Changed != 0; }
  /// Whether what was seen then is there now.
  bool isStill(const Stamp &Now) const {
    return isSettled() && Size == Now.Size && Modified == Now.Modified && Changed == Now.Changed &&
           Node == Now.Node;
  }
};

enum class Being : std::uint8_t { Missing, File, Folder };

struct Sight {
  Being Is = Being::Missing;
  Stamp At;
};

/// Looks at a path, following links.
Sight lookAt(const char *Path);

/// Whether a path itself is a link, wherever it leads.
bool isLink(const char *Path);

} // namespace asynciter
