// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the cache is, and what tells one run from another before anything is read:
// command line, folder, environment. Knows nothing of LLVM.
#pragma once

#include <cstdint>
#include <string>

namespace asynciter {

/// The variables that Clang reads on its way to what it parses, with their values.
std::string compilerEnvironment();

/// Tells runs apart: two with the same text print the same, as long as no file changes.
/// `Engine` is the path of the program, without links, of several that share a cache.
std::string runKey(const std::string &Engine, int argc, const char *const *argv);

/// Where the cache is by what the environment says. Empty for no cache.
std::string usualCacheFolder();

/// The same, with the one option that the launcher reads.
std::string cacheFolder(int argc, const char *const *argv);

/// The file of the run's record below the cache's folder.
std::string runFile(const std::string &Key);

/// A hash of some bytes, for names and against damage.
std::uint64_t checksum(const char *Bytes, std::uint64_t Size);

} // namespace asynciter
