// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line.
#pragma once

#include "Settings.h"
#include "UnitRun.h"

#include "clang/Tooling/CompilationDatabase.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace asynciter {

enum class Format { Text, Sarif };

/// What the command line asks for.
enum class Mode {
  Lint,
  Facts, ///< one unit to one facts file
  Link,  ///< facts files to a report
};

struct Options {
  Mode Do = Mode::Lint;
  std::vector<std::string> Files;
  std::string BuildPath;
  /// What stood after `--`, if that was there.
  std::unique_ptr<clang::tooling::CompilationDatabase> Fixed;
  Overrides Settings;
  bool ListRules = false;
  std::string Explain;
  Format As = Format::Text;
  /// Empty for the standard output.
  std::string Output;
  /// Which fixes to apply: the safe ones, or the unsafe ones as well.
  std::optional<FixSafety> Fix;
  bool Quiet = false;
  bool Verify = false;
  bool Timed = false;
  Depth Parsed = Depth::Needed;
  /// Headers that many units include are parsed once for all.
  bool SharedHeader = true;
  /// 0 for one per core.
  unsigned Jobs = 0;
  /// Of facts: what paths are relative to; absolute.
  std::string Root;
  /// Absolute; empty for no cache.
  std::string CacheFolder;
  std::uint64_t CacheBytes = 0;
  /// Tells this run from others; empty if it is not to be repeated.
  std::string RunKey;
  std::string DepFile, FactsOut;
  /// Of facts: tells the source's commands apart by what they make; empty for the first.
  std::string CompiledTo;
  bool CheckSources = true;
};

/// Reads the command line. Nothing when it is wrong, which has been said then.
/// `--help` and `--version` end the program.
std::optional<Options> parseOptions(int argc, const char **argv);

/// Whether no output of a run is one of these files; says so if one is.
bool sparesInputs(const Options &Read, llvm::ArrayRef<std::string> Inputs);

/// Prints an error as this tool's own, on the standard error.
void complain(const llvm::Twine &What);

} // namespace asynciter
