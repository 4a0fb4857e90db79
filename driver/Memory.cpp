// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Memory.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Threading.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <sys/resource.h>
#include <unistd.h>

namespace asynciter {

namespace {

/// What the largest units of bench/lint take, and then as much again.
constexpr std::uint64_t Usual = std::uint64_t(512) << 20;
/// Until it is known what units take.
constexpr unsigned Few = 4;

/// Of the files in which the kernel tells of itself, which have no size.
std::string contentsOf(const llvm::Twine &File) {
  auto Read = llvm::MemoryBuffer::getFileAsStream(File);
  return Read ? (*Read)->getBuffer().str() : std::string();
}

/// The number behind a name that begins a line.
std::optional<std::uint64_t> numberAfter(llvm::StringRef Name, llvm::StringRef In) {
  while (!In.empty()) {
    auto [Line, Rest] = In.split('\n');
    In = Rest;
    std::uint64_t Number = 0;
    if (Line.consume_front(Name) && !Line.ltrim().consumeInteger(10, Number))
      return Number;
  }
  return std::nullopt;
}

std::uint64_t difference(std::uint64_t Of, std::uint64_t Less) { return Of > Less ? Of - Less : 0; }

/// Of sizes in pages that /proc/self/statm has, that at a place.
std::uint64_t ownSize(unsigned Place) {
  const std::string Sizes = contentsOf("/proc/self/statm");
  llvm::StringRef Rest = Sizes;
  std::uint64_t Pages = 0;
  for (unsigned At = 0; At <= Place; ++At)
    if (Rest = Rest.ltrim(); Rest.consumeInteger(10, Pages))
      return 0;
  return Pages * sysconf(_SC_PAGESIZE);
}

/// What the groups around this process leave to it. Caches of files make way.
std::uint64_t availableInGroup() {
  std::uint64_t Least = std::numeric_limits<std::uint64_t>::max();
  const std::string Groups = contentsOf("/proc/self/cgroup");
  llvm::StringRef Group = Groups;
  if (!Group.consume_front("0::"))
    return Least;
  for (Group = Group.take_until([](char One) { return One == '\n'; });;
       Group = Group.take_front(Group.rfind('/'))) {
    Group = Group.rtrim('/');
    const std::string Folder = ("/sys/fs/cgroup" + Group).str();
    if (const auto Most = numberAfter("", contentsOf(Folder + "/memory.max")))
      if (const auto Used = numberAfter("anon ", contentsOf(Folder + "/memory.stat")))
        Least = std::min(Least, difference(*Most, *Used));
    if (Group.empty())
      return Least;
  }
}

} // namespace

std::uint64_t availableMemory() {
  std::uint64_t Least = availableInGroup();
  if (const auto Kilobytes = numberAfter("MemAvailable:", contentsOf("/proc/meminfo")))
    Least = std::min(Least, *Kilobytes * 1024);
  rlimit Addresses;
  if (getrlimit(RLIMIT_AS, &Addresses) == 0 && Addresses.rlim_cur != RLIM_INFINITY)
    Least = std::min(Least, difference(Addresses.rlim_cur, ownSize(0)));
  return Least;
}

std::uint64_t residentMemory() { return ownSize(1); }

unsigned usualWorkers() {
  const std::uint64_t Cores = llvm::hardware_concurrency().compute_thread_count();
  return std::clamp<std::uint64_t>(availableMemory() / Usual, 1, Cores);
}

bool MemoryGate::isOpen() const {
  return !Running || (Running < Few + Done && availableMemory() >= residentMemory() / Running);
}

void MemoryGate::begin() {
  std::unique_lock<std::mutex> Lock(Guard);
  Changed.wait(Lock, [&] { return isOpen(); });
  ++Running;
}

void MemoryGate::end() {
  {
    std::lock_guard<std::mutex> Lock(Guard);
    --Running;
    ++Done;
  }
  Changed.notify_all();
}

} // namespace asynciter
