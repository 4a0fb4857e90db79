// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What config files and the command line come to, per source file.
#pragma once

#include "Analysis.h"
#include "Config.h"
#include "Footprint.h"

#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Regex.h"

#include <memory>
#include <optional>

namespace asynciter {

/// Which rules hold in which files, where a config file tells files apart.
class RulesByPath {
public:
  RulesByPath() = default;
  RulesByPath(std::string Folder, const Config &File, std::string CommandLine);

  bool isEmpty() const { return Entries.empty(); }
  bool wants(const RuleInfo &Rule, llvm::StringRef Path) const;
  bool isWantedAnywhere(const RuleInfo &Rule) const;
  /// The entries that speak of a file, in order.
  std::vector<unsigned> matching(llvm::StringRef Path) const;

private:
  struct Entry {
    llvm::GlobPattern Match;
    std::string Rules;
  };
  std::string Folder, Rules, CommandLine;
  std::vector<Entry> Entries;
};

/// What is in force for one file.
struct Settings {
  /// All that are wanted in any file that the source may include.
  std::vector<ActiveRule> Rules;
  RulesByPath ByPath;
  std::shared_ptr<const Libraries> Known;
  /// Without one, every header is wanted.
  std::optional<llvm::Regex> HeaderFilter;
  /// Where it was read; empty for nowhere.
  std::string ConfigFile;
  /// Of what is in it.
  std::uint32_t ConfigHash = 0;
  /// Of all that this comes from.
  std::uint64_t Hash = 0;

  bool wantsRule(const RuleInfo &Rule, llvm::StringRef Path) const {
    return ByPath.isEmpty() || ByPath.wants(Rule, Path);
  }
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
  /// `Seen` gets the config files, and where there are none.
  SettingsFor(Overrides CommandLine, Footprint &Seen) : CommandLine(std::move(CommandLine)), Seen(Seen) {}

  /// The settings for a source file, whose path is absolute.
  llvm::Expected<const Settings *> file(llvm::StringRef Path);

private:
  std::string nearestConfig(llvm::StringRef Directory);
  llvm::Expected<const Settings *> fromConfig(const std::string &ConfigFile, llvm::StringRef Source);
  llvm::Expected<const Config *> read(const std::string &ConfigFile);

  Overrides CommandLine;
  Footprint &Seen;
  std::map<std::string, std::string> NearestByDirectory;
  std::map<std::string, std::unique_ptr<Config>> Configs;
  std::map<std::string, std::shared_ptr<const Libraries>> ModelsByConfig;
  /// Also by which of its paths speak of the source.
  std::map<std::pair<std::string, std::vector<unsigned>>, std::unique_ptr<Settings>> ByConfig;
};

} // namespace asynciter
