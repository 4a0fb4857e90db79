// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheStore.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <tuple>
#include <vector>

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace asynciter {
namespace {

using Clock = std::chrono::system_clock;

/// What backup programs leave out.
constexpr llvm::StringLiteral Tag = "Signature: 8a477f597d28d172789f06886806bc55\n"
                                    "# This folder is a cache of asynciter-lint.\n";

struct Kept {
  llvm::sys::TimePoint<> Used;
  std::string Path;
  std::uint64_t Size;
};

bool isTemporary(llvm::StringRef Path) { return path::filename(Path).contains('.'); }

std::vector<Kept> allIn(llvm::StringRef Folder) {
  std::vector<Kept> All;
  std::error_code Wrong;
  for (fs::recursive_directory_iterator At(Folder, Wrong), End; At != End && !Wrong; At.increment(Wrong)) {
    const auto Seen = At->status();
    if (Seen && Seen->type() == fs::file_type::regular_file)
      All.push_back({Seen->getLastModificationTime(), At->path(), Seen->getSize()});
  }
  return All;
}

} // namespace

std::unique_ptr<llvm::MemoryBuffer> CacheStore::read(llvm::StringRef Name) const {
  llvm::SmallString<256> Path(Folder);
  path::append(Path, Name);
  auto Opened = fs::openNativeFileForRead(Path);
  if (!Opened) {
    llvm::consumeError(Opened.takeError());
    return nullptr;
  }
  fs::file_status Seen;
  std::unique_ptr<llvm::MemoryBuffer> Bytes;
  if (!fs::status(*Opened, Seen))
    if (auto Read = llvm::MemoryBuffer::getOpenFile(*Opened, Path, Seen.getSize(),
                                                    /*RequiresNullTerminator=*/false))
      Bytes = std::move(*Read);
  fs::closeFile(*Opened);
  // Not each time: that would be a write for each read.
  if (Bytes && Clock::now() - Seen.getLastModificationTime() > std::chrono::hours(1))
    if (int Touched; !fs::openFileForWrite(Path, Touched, fs::CD_OpenExisting, fs::OF_Append)) {
      fs::setLastAccessAndModificationTime(Touched, Clock::now());
      fs::closeFile(Touched);
    }
  return Bytes;
}

void CacheStore::write(llvm::StringRef Name, llvm::StringRef Bytes) {
  if (Bytes.size() > Limit / 8)
    return;
  llvm::SmallString<256> Path(Folder);
  path::append(Path, Name);
  if (const std::error_code Wrong = fs::create_directories(path::parent_path(Path)))
    return complain(Wrong.message());
  auto Beside = fs::TempFile::create(Path + ".%%%%%%%%");
  if (!Beside)
    return complain(llvm::toString(Beside.takeError()));
  llvm::raw_fd_ostream Out(Beside->FD, /*shouldClose=*/false);
  Out << Bytes;
  Out.flush();
  const std::error_code Wrong = Out.error();
  Out.clear_error();
  if (Wrong) {
    llvm::consumeError(Beside->discard());
    return complain(Wrong.message());
  }
  if (llvm::Error Unmoved = Beside->keep(Path))
    return complain(llvm::toString(std::move(Unmoved)));
  Wrote = true;
}

void CacheStore::complain(llvm::StringRef Why) {
  if (!Complained.exchange(true))
    llvm::WithColor::warning(llvm::errs(), "asynciter-lint")
        << "the cache '" << Folder << "' cannot be written: " << Why
        << "; --cache-dir names another folder, --no-cache does without\n";
}

void CacheStore::shrink() const {
  if (!Wrote)
    return;
  llvm::SmallString<256> Path(Folder);
  path::append(Path, "lock");
  int Lock;
  if (fs::openFileForWrite(Path, Lock, fs::CD_OpenAlways))
    return;
  // Who holds it does the same.
  if (!fs::tryLockFile(Lock)) {
    path::remove_filename(Path);
    path::append(Path, "CACHEDIR.TAG");
    if (!fs::exists(Path)) {
      std::error_code Wrong;
      llvm::raw_fd_ostream(Path, Wrong) << Tag;
    }
    std::vector<Kept> All;
    std::uint64_t Sum = 0;
    for (llvm::StringRef Part : {"units", "scans", "shared", "tool", "runs"}) {
      path::remove_filename(Path);
      path::append(Path, Part);
      llvm::append_range(All, allIn(Path));
    }
    for (const Kept &Each : All)
      Sum += Each.Size;
    llvm::sort(All, [](const Kept &A, const Kept &B) {
      return std::tie(A.Used, A.Path) < std::tie(B.Used, B.Path);
    });
    for (const Kept &Each : All) {
      // Left behind by a program that was ended.
      const bool IsLitter = isTemporary(Each.Path) && Clock::now() - Each.Used > std::chrono::hours(1);
      if (!IsLitter && Sum <= Limit)
        continue;
      if (isTemporary(Each.Path) && !IsLitter)
        continue;
      fs::remove(Each.Path);
      Sum -= Each.Size;
    }
    fs::unlockFile(Lock);
  }
  fs::closeFile(Lock);
}

} // namespace asynciter
