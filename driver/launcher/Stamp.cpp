// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "launcher/Stamp.h"

#include <sys/stat.h>
#include <time.h>

namespace asynciter {
namespace {

constexpr std::int64_t Second = 1000000000;

std::int64_t nanoseconds(const timespec &Of) { return Of.tv_sec * Second + Of.tv_nsec; }

/// The clock that the kernel stamps files with.
std::int64_t now() {
#ifdef CLOCK_REALTIME_COARSE
  constexpr clockid_t Clock = CLOCK_REALTIME_COARSE;
#else
  constexpr clockid_t Clock = CLOCK_REALTIME;
#endif
  timespec Time;
  clock_gettime(Clock, &Time);
  return nanoseconds(Time);
}

/// Some file systems count whole seconds, or two.
bool isTooYoung(std::int64_t Changed) { return Changed >= now() - (Changed % Second == 0 ? 2 * Second : 0); }

} // namespace

Sight lookAt(const char *Path) {
  struct stat Seen;
  if (stat(Path, &Seen) != 0)
    return {};
#ifdef __APPLE__
  const timespec &Modified = Seen.st_mtimespec, &Changed = Seen.st_ctimespec;
#else
  const timespec &Modified = Seen.st_mtim, &Changed = Seen.st_ctim;
#endif
  Stamp At{Seen.st_size, nanoseconds(Modified), nanoseconds(Changed), Seen.st_ino};
  if (isTooYoung(At.Changed))
    At.Changed = 0;
  return {S_ISDIR(Seen.st_mode) ? Being::Folder : Being::File, At};
}

bool isLink(const char *Path) {
  struct stat Seen;
  return lstat(Path, &Seen) == 0 && S_ISLNK(Seen.st_mode);
}

} // namespace asynciter
