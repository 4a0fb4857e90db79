// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// asynciter-lint: prints again what the same run printed before, if nothing that it
// depends on has changed; else it becomes the engine. Loading Clang's library alone
// takes longer than looking at thousands of files.
#include "launcher/EnginePath.h"
#include "launcher/RunKey.h"
#include "launcher/RunRecord.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

using namespace asynciter;

namespace {

constexpr int Trouble = 2;

/// The engine beside this program, through whatever links it was started. Empty if the
/// system does not say where that is.
std::string engine() {
  char Own[PATH_MAX];
#ifdef __APPLE__
  std::uint32_t Size = sizeof Own;
  char Started[PATH_MAX];
  if (_NSGetExecutablePath(Started, &Size) != 0 || !realpath(Started, Own))
    return {};
#else
  if (!realpath("/proc/self/exe", Own))
    return {};
#endif
  const std::string_view Path = Own;
  const std::string Engine = std::string(Path.substr(0, Path.rfind('/') + 1)) + EnginePath;
  return realpath(Engine.c_str(), Own) ? Own : Engine;
}

/// False if not all could be written. Nobody listening is as good as all.
bool write(int To, std::string_view Text) {
  while (!Text.empty()) {
    const ssize_t Done = ::write(To, Text.data(), Text.size());
    if (Done < 0 && errno != EINTR)
      return errno == EPIPE;
    Text.remove_prefix(Done < 0 ? 0 : Done);
  }
  return true;
}

int print(const Replay &Again) {
  const bool Good = write(STDOUT_FILENO, Again.Output);
  const int Why = errno;
  write(STDERR_FILENO, Again.Errors);
  if (Good)
    return Again.Status;
  std::fprintf(stderr, "asynciter-lint: error: cannot write to the standard output: %s\n",
               std::strerror(Why));
  return Trouble;
}

} // namespace

int main(int argc, char **argv) {
  const std::string Engine = engine();
  if (const std::string Folder = cacheFolder(argc, argv); !Folder.empty()) {
    const std::string Key = runKey(Engine, argc, argv);
    if (const auto Again = replay(Folder + "/" + runFile(Key), Key))
      return print(*Again);
  }
  execv(Engine.c_str(), argv);
  std::fprintf(stderr, "asynciter-lint: error: cannot run '%s': %s; install asynciter anew\n", Engine.c_str(),
               std::strerror(errno));
  return Trouble;
}
