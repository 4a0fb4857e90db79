// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs before anything else of the module: a host of another LLVM would die on
// a missing symbol, or go on with classes of another shape. Only what every
// version of the host has in the same form may be used here.
#include "clang/Basic/Version.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

/// The major version in a text such as "Debian clang version 19.1.7 (3)".
int majorIn(const std::string &Text) {
  static const char Before[] = "clang version ";
  size_t At = Text.find(Before);
  return At == std::string::npos ? 0 : std::atoi(&Text[At + sizeof(Before) - 1]);
}

// The lowest number that is not the implementation's: ahead of all others.
__attribute__((constructor(101))) void refuseOtherHosts() {
  int Host = majorIn(clang::getClangFullVersion());
  if (Host == CLANG_VERSION_MAJOR)
    return;
  std::fprintf(stderr,
               "asynciter-tidy.so works in clang-tidy %d only, and this is "
               "clang-tidy %d.\n",
               CLANG_VERSION_MAJOR, Host);
  std::_Exit(1);
}

} // namespace
