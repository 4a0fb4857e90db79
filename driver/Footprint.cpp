// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Footprint.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

#include <vector>

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace asynciter {
namespace {

bool contradict(const Stamp &A, const Stamp &B) {
  return A.Node != B.Node || A.Size != B.Size || A.Modified != B.Modified ||
         (A.isSettled() && B.isSettled() && A.Changed != B.Changed);
}

/// The part of a path before its last name.
llvm::StringRef parentOf(llvm::StringRef Path) {
  const llvm::StringRef Parent = Path.take_front(Path.find_last_of('/')).rtrim('/');
  return Parent.empty() ? "/" : Parent;
}

} // namespace

Footprint Footprint::unnoted() {
  Footprint Made;
  Made.IsNoted = false;
  return Made;
}

bool Footprint::hasContents(llvm::StringRef File) const {
  const auto Known = Paths.find(File);
  return Known != Paths.end() && Known->second.What == Learned::Contents && Known->second.Hash;
}

void Footprint::found(llvm::StringRef Path, const Footprint::Path &How) {
  if (!IsNoted)
    return;
  const auto [At, IsNew] = Paths.try_emplace(Path, How);
  Footprint::Path &Known = At->second;
  if (IsNew)
    return;
  const bool IsFolder = How.What == Learned::Folder || Known.What == Learned::Folder;
  Torn |= !IsFolder && contradict(Known.At, How.At);
  Torn |= Known.Hash && How.Hash && Known.Hash != How.Hash;
  if (How.What < Known.What || (How.What == Known.What && Known.Hash))
    return;
  const bool WasSettled = IsFolder || Known.At.isSettled();
  Known = How;
  // What was young at the first look may have changed before the second.
  if (!WasSettled)
    Known.At.Changed = 0;
}

void Footprint::missed(llvm::StringRef Path) {
  if (!IsNoted)
    return;
  Path = Path.rtrim('/');
  llvm::StringRef In = parentOf(Path), Name = path::filename(Path);
  if (Folders.contains(In))
    return absent(In, {}, Name);
  if (isWithinMissing(In))
    return;
  const Sight Seen = lookAt(In.str().c_str());
  if (Seen.Is == Being::Missing && In != "/")
    return missed(In);
  // Something may have come between the look at the path and the one at the folder.
  Torn |= lookAt(Path.str().c_str()).Is != Being::Missing;
  absent(In, Seen.At, Name);
}

bool Footprint::isWithinMissing(llvm::StringRef Folder) const {
  for (llvm::StringRef In = parentOf(Folder); Folder != "/"; Folder = In, In = parentOf(In))
    if (const auto Known = Folders.find(In);
        Known != Folders.end() && Known->second.Absent.contains(path::filename(Folder)))
      return true;
  return false;
}

void Footprint::absent(llvm::StringRef In, const Stamp &At, llvm::StringRef Name) {
  const auto [Known, IsNew] = Folders.try_emplace(In);
  if (IsNew)
    Known->second.At = At;
  // What a link leads to may come without a trace in the folder.
  if (Known->second.Absent.insert(Name).second && Known->second.At.isSettled() &&
      isLink((In + "/" + Name).str().c_str()))
    Known->second.At.Changed = 0;
}

Being Footprint::look(llvm::StringRef Path) {
  if (isWithinMissing(Path))
    return Being::Missing;
  const Sight Seen = lookAt(Path.str().c_str());
  if (Seen.Is == Being::Missing)
    missed(Path);
  else
    found(Path, {Seen.Is == Being::File ? Learned::Contents : Learned::Folder, Seen.At});
  return Seen.Is;
}

std::unique_ptr<llvm::MemoryBuffer> Footprint::read(llvm::StringRef Path) {
  // Before it is read: a later change shows.
  const Sight Seen = IsNoted ? lookAt(Path.str().c_str()) : Sight();
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!IsNoted)
    return Text ? std::move(*Text) : nullptr;
  if (Seen.Is == Being::Missing)
    missed(Path);
  else
    found(Path, {Seen.Is == Being::File ? Learned::Contents : Learned::Folder, Seen.At,
                 Text ? llvm::xxh3_64bits((*Text)->getBuffer()) : 0});
  return Text ? std::move(*Text) : nullptr;
}

void Footprint::add(const Footprint &Other) {
  Torn |= Other.Torn;
  for (const auto &Each : Other.Paths)
    found(Each.first(), Each.second);
  for (const auto &Each : Other.Folders) {
    const auto [Known, IsNew] = Folders.try_emplace(Each.first(), Each.second);
    if (IsNew)
      continue;
    // Two stamps for a folder: no name that is absent vouches for the other's.
    if (contradict(Known->second.At, Each.second.At) || !Each.second.At.isSettled())
      Known->second.At.Changed = 0;
    for (const auto &Name : Each.second.Absent)
      Known->second.Absent.insert(Name.first());
  }
}

std::optional<std::uint64_t> hashOfNames(llvm::StringRef Folder) {
  std::vector<std::string> Names;
  std::error_code Wrong;
  for (fs::directory_iterator At(Folder, Wrong), End; At != End && !Wrong; At.increment(Wrong))
    Names.push_back(path::filename(At->path()).str());
  if (Wrong)
    return std::nullopt;
  llvm::sort(Names);
  std::string All;
  for (const std::string &Each : Names)
    (All += Each) += '/';
  return llvm::xxh3_64bits(All);
}

std::optional<std::uint64_t> hashOfFile(llvm::StringRef File) {
  const auto Text = llvm::MemoryBuffer::getFile(File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Text)
    return std::nullopt;
  return llvm::xxh3_64bits((*Text)->getBuffer());
}

} // namespace asynciter
