// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitCache.h"

#include "FactsFile.h"
#include "Paths.h"
#include "launcher/RunKey.h"

#include "clang/Basic/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <dlfcn.h>

namespace asynciter {
namespace {

/// The name of a file, below one of not too many folders.
std::string hashed(llvm::StringRef Key) {
  const llvm::XXH128_hash_t Hash = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(Key));
  const std::string Name = llvm::utohexstr(Hash.high64, /*LowerCase=*/true, /*Width=*/16) +
                           llvm::utohexstr(Hash.low64, /*LowerCase=*/true, /*Width=*/16);
  return Name.substr(0, 2) + "/" + Name.substr(2);
}

} // namespace

UnitCache::UnitCache(CacheStore &Store, llvm::StringRef Where, llvm::StringRef How, Footprint &Into)
    : Store(Store), At(Where), How(How.str() + "\n"), Files(Into) {
  Common = clang::getClangFullVersion() + "\n" + hashOfTool() + "\n" + compilerEnvironment() + "\n" +
           // Warnings name files as they are seen from here.
           At.portable(absolutePath("")) + "\n";
}

/// To read all of the program takes longer than to lint a small unit.
std::string UnitCache::hashOfTool() {
  const std::string Name = "tool/" + hashed(clang::getClangFullVersion() + "\n" + pathOfTool());
  if (auto Known = contentOf(Name, nullptr))
    return std::move(*Known);
  Footprint Seen;
  Seen.read(pathOfTool());
  const std::string Hash = llvm::utohexstr(Seen.paths().lookup(pathOfTool()).Hash);
  write(Name, Hash, Seen);
  return Hash;
}

std::string UnitCache::keyOf(const Command &How) const {
  std::string Key = At.portable(How.File) + "\n" + At.portable(How.Directory) + "\n";
  for (const std::string &Each : How.Arguments)
    Key += At.portableArgument(Each) + "\n";
  return Key;
}

std::string UnitCache::nameOf(const Command &How, const Settings &Use) const {
  std::string Key =
      Common + this->How + keyOf(How) + At.portable(Use.ConfigFile) + "\n" + llvm::utohexstr(Use.Hash) + "\n";
  for (const unsigned Entry : Use.ByPath.matching(How.File))
    Key += std::to_string(Entry) + " ";
  return "units/" + hashed(Key);
}

std::string UnitCache::nameOf(llvm::ArrayRef<const Command *> Scanned) const {
  std::string Key = Common;
  for (const Command *Each : Scanned)
    Key += keyOf(*Each) + "\n";
  return "scans/" + hashed(Key);
}

std::string UnitCache::nameOf(llvm::ArrayRef<std::string> Options) const {
  return "shared/" + hashed(Common + At.folder() + "\n" + llvm::join(Options, "\n"));
}

/// Whether settings that go by paths say the same of the files here as they did where
/// the entry was made.
static bool isTreatedAlike(const Settings &Use, llvm::StringRef There, llvm::StringRef Here) {
  return Use.wantsHeader(There) == Use.wantsHeader(Here) &&
         Use.ByPath.matching(There) == Use.ByPath.matching(Here);
}

bool UnitCache::holds(const EntryReader &Entry, const Settings *Use) {
  const Root There(Entry.madeAt());
  const bool HasMoved = Use && There.folder() != At.folder() && (Use->HeaderFilter || !Use->ByPath.isEmpty());
  std::string Buffer, Other;
  return Entry.check(
      [&](llvm::StringRef Portable, const Footprint::Path &Then) {
        const llvm::StringRef Path = At.here(Portable, Buffer);
        if (!Files.holds(Path, Then))
          return false;
        return !HasMoved || Then.What != Learned::Contents ||
               isTreatedAlike(*Use, There.here(Portable, Other), Path);
      },
      [&](llvm::StringRef Portable, const Stamp &Then, llvm::StringRef Names) {
        return Files.lacks(At.here(Portable, Buffer), Then, Names);
      });
}

std::optional<std::string> UnitCache::contentOf(const std::string &Name, const Settings *Use) {
  const auto Bytes = Store.read(Name);
  EntryReader Entry;
  if (!Bytes || !Entry.open(Bytes->getBuffer(), Name) || !holds(Entry, Use))
    return std::nullopt;
  return Entry.content().str();
}

std::optional<UnitResult> UnitCache::find(const Command &How, const Settings &Use) {
  auto Facts = contentOf(nameOf(How, Use), &Use);
  if (!Facts)
    return std::nullopt;
  auto Reader = FactsReader::open(*Facts);
  if (!Reader) {
    llvm::consumeError(Reader.takeError());
    return std::nullopt;
  }
  auto Found = FactsDetails(*Reader, At.folder()).unit(nullptr);
  if (!Found) {
    llvm::consumeError(Found.takeError());
    return std::nullopt;
  }
  Found->Facts = std::move(*Facts);
  return std::move(*Found);
}

void UnitCache::keep(const Command &How, const Settings &Use, const UnitResult &Result,
                     const Footprint &Seen) const {
  if (!Result.Facts.empty())
    write(nameOf(How, Use), Result.Facts, Seen);
}

std::optional<std::string> UnitCache::findScan(llvm::ArrayRef<const Command *> Of) {
  return contentOf(nameOf(Of), nullptr);
}

void UnitCache::keepScan(llvm::ArrayRef<const Command *> Of, llvm::StringRef Told,
                         const Footprint &Seen) const {
  write(nameOf(Of), Told, Seen);
}

std::optional<std::string> UnitCache::findShared(llvm::ArrayRef<std::string> Options) {
  return contentOf(nameOf(Options), nullptr);
}

void UnitCache::keepShared(llvm::ArrayRef<std::string> Options, llvm::StringRef Content,
                           const Footprint &Seen) const {
  write(nameOf(Options), Content, Seen);
}

void UnitCache::write(const std::string &Name, llvm::StringRef Content, const Footprint &Seen) const {
  if (!Seen.isTorn())
    Store.write(Name, encodeEntry(Name, Seen, Content, At));
}

void lookAtOptions(const Settings &Use, Footprint &Into) {
  for (const ActiveRule &Each : Use.Rules)
    if (const auto File = Each.Options.find("Facts"); File != Each.Options.end() && !File->second.empty())
      Into.read(absolutePath(File->second));
}

void lookAtTool(Footprint &Into) {
  Into.look(pathOfTool());
  for (void *Inside :
       {reinterpret_cast<void *>(&clang::getClangFullVersion),
        reinterpret_cast<void *>(static_cast<std::uint64_t (*)(llvm::StringRef)>(&llvm::xxh3_64bits))})
    if (Dl_info Library; dladdr(Inside, &Library) && Library.dli_fname)
      Into.look(absolutePath(Library.dli_fname));
}

} // namespace asynciter
