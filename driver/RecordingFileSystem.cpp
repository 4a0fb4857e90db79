// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RecordingFileSystem.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

namespace vfs = llvm::vfs;

namespace asynciter {
namespace {

/// A file of which its contents count. Clang reads one that has two names by the first of
/// them, but what is there by the other may become another file.
class RecordedFile : public vfs::File {
public:
  RecordedFile(std::unique_ptr<vfs::File> On, std::string Path, Stamp At, Footprint &Into)
      : On(std::move(On)), Path(std::move(Path)), At(At), Into(Into) {}
  ~RecordedFile() override {
    if (!Into.hasContents(Path))
      Into.found(Path, {Learned::Contents, At, hashOfFile(Path).value_or(0)});
  }

  llvm::ErrorOr<vfs::Status> status() override { return On->status(); }
  llvm::ErrorOr<std::string> getName() override { return On->getName(); }
  std::error_code close() override { return On->close(); }

  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
  getBuffer(const llvm::Twine &Name, int64_t Size, bool RequiresNullTerminator, bool IsVolatile) override {
    auto Read = On->getBuffer(Name, Size, RequiresNullTerminator, IsVolatile);
    if (Read)
      Into.found(Path, {Learned::Contents, At, llvm::xxh3_64bits((*Read)->getBuffer())});
    return Read;
  }

private:
  std::unique_ptr<vfs::File> On;
  std::string Path;
  Stamp At;
  Footprint &Into;
};

class RecordingFileSystem : public vfs::ProxyFileSystem {
public:
  RecordingFileSystem(llvm::IntrusiveRefCntPtr<vfs::FileSystem> On, Footprint &Into)
      : ProxyFileSystem(std::move(On)), Into(Into) {}

  llvm::ErrorOr<vfs::Status> status(const llvm::Twine &Path) override {
    auto Found = getUnderlyingFS().status(Path);
    const std::string Whole = absolute(Path);
    if (!Found)
      Into.missed(Whole);
    else
      note(Whole, lookAt(Whole.c_str()));
    return Found;
  }

  bool exists(const llvm::Twine &Path) override {
    const auto Found = status(Path);
    return Found && Found->exists();
  }

  llvm::ErrorOr<std::unique_ptr<vfs::File>> openFileForRead(const llvm::Twine &Path) override {
    std::string Whole = absolute(Path);
    // Before it is read: a later change shows.
    const Sight Seen = lookAt(Whole.c_str());
    auto Opened = getUnderlyingFS().openFileForRead(Path);
    if (!Opened) {
      // What is there and cannot be read has no contents to compare.
      if (Seen.Is == Being::Missing)
        Into.missed(Whole);
      else
        note(Whole, Seen);
      return Opened;
    }
    note(Whole, Seen);
    return std::make_unique<RecordedFile>(std::move(*Opened), std::move(Whole), Seen.At, Into);
  }

  vfs::directory_iterator dir_begin(const llvm::Twine &Path, std::error_code &Wrong) override {
    const std::string Whole = absolute(Path);
    const Sight Seen = lookAt(Whole.c_str());
    if (Seen.Is == Being::Missing)
      Into.missed(Whole);
    else
      Into.found(Whole, {Learned::Listing, Seen.At, hashOfNames(Whole).value_or(0)});
    return getUnderlyingFS().dir_begin(Path, Wrong);
  }

private:
  void note(llvm::StringRef Whole, const Sight &Seen) {
    if (Seen.Is == Being::Missing)
      Into.missed(Whole);
    else
      Into.found(Whole, {Seen.Is == Being::Folder ? Learned::Folder : Learned::Present, Seen.At});
  }

  std::string absolute(const llvm::Twine &Path) const {
    llvm::SmallString<256> Whole;
    Path.toVector(Whole);
    getUnderlyingFS().makeAbsolute(Whole);
    // No two dots: the folder before them may be a link.
    llvm::sys::path::remove_dots(Whole);
    return std::string(Whole);
  }

  Footprint &Into;
};

} // namespace

llvm::IntrusiveRefCntPtr<vfs::FileSystem> recording(llvm::IntrusiveRefCntPtr<vfs::FileSystem> On,
                                                    Footprint &Into) {
  if (!Into.isNoted())
    return On;
  return llvm::makeIntrusiveRefCnt<RecordingFileSystem>(std::move(On), Into);
}

} // namespace asynciter
