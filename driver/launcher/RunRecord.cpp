// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "launcher/RunRecord.h"

#include "launcher/RunKey.h"

#include <cstddef>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace asynciter {
namespace {

constexpr char Magic[8] = {'a', 's', 'y', 'n', 'c', 'r', 'n', '2'};

struct TextRange {
  std::uint64_t Offset, Size;
};

struct Head {
  char Magic[8];
  /// Of all that follows.
  std::uint64_t Checksum;
  std::uint64_t Size;
  std::uint64_t Paths, Folders, Absences;
  TextRange Key, Output, Errors;
  std::int64_t Status;
};

std::uint64_t checksumOf(const char *Record, std::uint64_t Size) {
  return checksum(Record + offsetof(Head, Size), Size - offsetof(Head, Size));
}

struct PathEntry {
  std::uint32_t Text;
  Need Is;
  Stamp At;
};

struct FolderEntry {
  std::uint32_t Text, Absences;
  Stamp At;
};

template <typename T> void append(std::string &To, const std::vector<T> &All) {
  To.append(reinterpret_cast<const char *>(All.data()), All.size() * sizeof(T));
}

/// A file in memory, as long as this lives.
class Mapped {
public:
  explicit Mapped(const char *File) {
    const int Opened = open(File, O_RDONLY | O_CLOEXEC);
    if (Opened < 0)
      return;
    struct stat Seen;
    if (fstat(Opened, &Seen) == 0 && S_ISREG(Seen.st_mode) && isYoung(Seen.st_mtime) &&
        Seen.st_size >= off_t(sizeof(Head))) {
      void *At = mmap(nullptr, Seen.st_size, PROT_READ, MAP_PRIVATE, Opened, 0);
      if (At != MAP_FAILED) {
        Begin = static_cast<const char *>(At);
        Size = Seen.st_size;
      }
    }
    close(Opened);
  }
  ~Mapped() {
    if (Begin)
      munmap(const_cast<char *>(Begin), Size);
  }
  Mapped(const Mapped &) = delete;
  Mapped &operator=(const Mapped &) = delete;

  const char *Begin = nullptr;
  std::uint64_t Size = 0;

private:
  /// Once a day the engine has to come by, and mark the units' entries as used.
  static bool isYoung(std::time_t Modified) {
    constexpr std::time_t Day = 24 * 60 * 60;
    return Modified > std::time(nullptr) - Day;
  }
};

/// The parts of a record that is whole.
class Reader {
public:
  /// False if it is no record.
  bool open(const Mapped &From) {
    if (!From.Begin)
      return false;
    Begin = From.Begin;
    std::memcpy(&At, Begin, sizeof At);
    if (std::memcmp(At.Magic, Magic, sizeof Magic) != 0 || At.Size != From.Size ||
        At.Checksum != checksumOf(Begin, From.Size))
      return false;
    Paths = reinterpret_cast<const PathEntry *>(Begin + sizeof At);
    Folders = reinterpret_cast<const FolderEntry *>(Paths + At.Paths);
    Absences = reinterpret_cast<const std::uint32_t *>(Folders + At.Folders);
    Texts = reinterpret_cast<const char *>(Absences + At.Absences);
    return true;
  }

  std::string_view text(const TextRange &Of) const { return {Texts + Of.Offset, Of.Size}; }
  const Head &head() const { return At; }

  bool holds() const {
    for (const PathEntry *Each = Paths; Each != Paths + At.Paths; ++Each)
      if (!isSo(*Each))
        return false;
    const std::uint32_t *Names = Absences;
    for (const FolderEntry *Each = Folders; Each != Folders + At.Folders; ++Each) {
      if (!isSo(*Each, Names))
        return false;
      Names += Each->Absences;
    }
    return true;
  }

private:
  bool isSo(const PathEntry &Each) const {
    const Sight Now = lookAt(Texts + Each.Text);
    switch (Each.Is) {
    case Need::Present:
      return Now.Is == Being::File && Now.At.Size == Each.At.Size;
    case Need::Folder:
      return Now.Is == Being::Folder;
    case Need::Untouched:
      return Now.Is != Being::Missing && Each.At.isStill(Now.At);
    }
    return false;
  }

  bool isSo(const FolderEntry &Each, const std::uint32_t *Names) const {
    const char *Folder = Texts + Each.Text;
    if (Each.At.isStill(lookAt(Folder).At))
      return true;
    std::string Path;
    for (const std::uint32_t *Name = Names; Name != Names + Each.Absences; ++Name) {
      Path.assign(Folder).append("/").append(Texts + *Name);
      if (lookAt(Path.c_str()).Is != Being::Missing)
        return false;
    }
    return true;
  }

  const char *Begin = nullptr, *Texts = nullptr;
  Head At;
  const PathEntry *Paths = nullptr;
  const FolderEntry *Folders = nullptr;
  const std::uint32_t *Absences = nullptr;
};

} // namespace

std::string encodeRun(const RunRecord &Run) {
  std::string Texts;
  auto Add = [&](const std::string &Text) {
    const TextRange At{Texts.size(), Text.size()};
    Texts += Text;
    Texts += '\0';
    return At;
  };
  auto AddPath = [&](const std::string &Text) { return std::uint32_t(Add(Text).Offset); };

  std::vector<PathEntry> Paths;
  for (const RunRecord::Path &Each : Run.Paths)
    Paths.push_back({AddPath(Each.Name), Each.Is, Each.At});
  std::vector<FolderEntry> Folders;
  std::vector<std::uint32_t> Absences;
  for (const RunRecord::Absences &Each : Run.Missing) {
    Folders.push_back({AddPath(Each.Folder), std::uint32_t(Each.Names.size()), Each.At});
    for (const std::string &Name : Each.Names)
      Absences.push_back(AddPath(Name));
  }
  Head Begin{};
  std::memcpy(Begin.Magic, Magic, sizeof Magic);
  Begin.Paths = Paths.size();
  Begin.Folders = Folders.size();
  Begin.Absences = Absences.size();
  Begin.Status = Run.Status;
  // Behind the paths, whose places have 32 bits.
  Begin.Key = Add(Run.Key);
  Begin.Output = Add(Run.Output);
  Begin.Errors = Add(Run.Errors);

  std::string Rest;
  append(Rest, Paths);
  append(Rest, Folders);
  append(Rest, Absences);
  Rest += Texts;
  Begin.Size = sizeof Begin + Rest.size();
  std::string Whole(reinterpret_cast<const char *>(&Begin), sizeof Begin);
  Whole += Rest;
  Begin.Checksum = checksumOf(Whole.data(), Whole.size());
  std::memcpy(Whole.data(), &Begin, sizeof Begin);
  return Whole;
}

std::optional<Replay> replay(const std::string &File, const std::string &Key) {
  const Mapped Bytes(File.c_str());
  Reader Record;
  if (!Record.open(Bytes) || Record.text(Record.head().Key) != Key || !Record.holds())
    return std::nullopt;
  return Replay{std::string(Record.text(Record.head().Output)),
                std::string(Record.text(Record.head().Errors)), int(Record.head().Status)};
}

} // namespace asynciter
