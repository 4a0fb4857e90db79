// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What config files and the command line come to, per source file.
#pragma once

#include "Analysis.h"
#include "Config.h"

#include "llvm/Support/Regex.h"

#include <memory>
#include <optional>

namespace asynciter {

/// What is in force for one file.
struct Settings {
  std::vector<ActiveRule> Rules;
  std::shared_ptr<const Libraries> Known;
  /// Without one, every header is wanted.
  std::optional<llvm::Regex> HeaderFilter;
  /// Where it was read; empty for nowhere.
  std::string ConfigFile;
  /// Of all that this comes from.
  std::uint64_t Hash = 0;

  bool wantsHeader(llvm::StringRef Path) const { return !HeaderFilter || HeaderFilter->match(Path); }
};

/// The part of the command line that config files also have. It wins.
struct Overrides {
  std::string Rules;
  std::optional<std::string> HeaderFilter;
  /// Used for all files, in place of a search.
  std::string ConfigFile;
  /// Whether to look for config files at all.
  bool Search = true;
};

/// What is wrong with the command line's part, naming the option.
llvm::Error checkOverrides(const Overrides &CommandLine);

/// Finds and keeps the settings of files; every config file is read once.
class SettingsFor {
public:
  explicit SettingsFor(Overrides CommandLine) : CommandLine(std::move(CommandLine)) {}

  /// The settings for a source file, whose path is absolute.
  llvm::Expected<const Settings *> file(llvm::StringRef Path);

private:
  std::string nearestConfig(llvm::StringRef Directory);
  llvm::Expected<const Settings *> fromConfig(const std::string &ConfigFile);

  Overrides CommandLine;
  std::map<std::string, std::string> NearestByDirectory;
  std::map<std::string, std::unique_ptr<Settings>> ByConfig;
};

} // namespace asynciter
