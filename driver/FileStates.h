// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The files of all units as they are now, compared with how they were. Each is looked
// at once in a run, and read only if its stamp has changed.
#pragma once

#include "Footprint.h"

#include "llvm/ADT/DenseSet.h"

namespace asynciter {

class FileStates {
public:
  /// `Into` gets all that was compared, as it is now.
  explicit FileStates(Footprint &Into) : Into(Into) {}

  /// Whether a path is as it was `Then`.
  bool holds(llvm::StringRef Path, const Footprint::Path &Then);
  /// Whether a folder still lacks the names, each of which has a zero at its end.
  bool lacks(llvm::StringRef Folder, const Stamp &Then, llvm::StringRef Names);

private:
  struct State {
    Sight Now;
    std::optional<std::uint64_t> Hash;
    bool IsHashed = false;
    /// One bit for each `Learned` that is noted.
    unsigned Noted = 0;
    /// Hashes of the names that it is known to lack.
    llvm::DenseSet<std::uint64_t> Lacking;
  };
  State &state(llvm::StringRef Path);
  bool isSame(llvm::StringRef Path, State &Now, const Footprint::Path &Then);

  Footprint &Into;
  llvm::StringMap<State> States;
};

} // namespace asynciter
