// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FileStates.h"

#include "llvm/Support/xxhash.h"

namespace asynciter {

FileStates::State &FileStates::state(llvm::StringRef Path) {
  const auto [Known, IsNew] = States.try_emplace(Path);
  if (IsNew)
    Known->second.Now = lookAt(Known->first().data());
  return Known->second;
}

bool FileStates::isSame(llvm::StringRef Path, State &Of, const Footprint::Path &Then) {
  const bool WasFolder = Then.What == Learned::Folder || Then.What == Learned::Listing;
  if (Of.Now.Is != (WasFolder ? Being::Folder : Being::File))
    return false;
  if (Then.What == Learned::Folder)
    return true;
  if (Then.What == Learned::Present)
    return Of.Now.At.Size == Then.At.Size;
  if (Then.At.isStill(Of.Now.At))
    return true;
  if (!WasFolder && Of.Now.At.Size != Then.At.Size)
    return false;
  if (!Of.IsHashed) {
    Of.IsHashed = true;
    Of.Hash = WasFolder ? hashOfNames(Path) : hashOfFile(Path);
  }
  return Of.Hash && *Of.Hash == Then.Hash;
}

bool FileStates::holds(llvm::StringRef Path, const Footprint::Path &Then) {
  State &Of = state(Path);
  if (!isSame(Path, Of, Then))
    return false;
  const unsigned Bit = 1u << unsigned(Then.What);
  if (!(Of.Noted & Bit)) {
    Of.Noted |= Bit;
    Into.found(Path, {Then.What, Of.Now.At, Then.Hash});
  }
  return true;
}

bool FileStates::lacks(llvm::StringRef Folder, const Stamp &Then, llvm::StringRef Names) {
  State &Of = state(Folder);
  const bool IsStill = Then.isStill(Of.Now.At);
  // Most units look for much the same. Two values are the set's own.
  const std::uint64_t All = llvm::xxh3_64bits(Names) >> 1;
  if (Of.Lacking.contains(All))
    return true;
  const Stamp Now = Of.Now.At;
  std::string Path;
  while (!Names.empty()) {
    const auto [Name, Rest] = Names.split('\0');
    if (!IsStill) {
      Path.assign(Folder).append("/").append(Name);
      if (state(Path).Now.Is != Being::Missing)
        return false;
    }
    Into.absent(Folder, Now, Name);
    Names = Rest;
  }
  Of.Lacking.insert(All);
  return true;
}

} // namespace asynciter
