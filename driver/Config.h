// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The `.asynciter.yaml` file.
#pragma once

#include "model/Libraries.h"

#include "llvm/Support/Error.h"

#include <map>
#include <string>
#include <vector>

namespace asynciter {

/// A list of rule globs in which every item fits a rule.
struct RuleGlobs {
  std::string Text;
};

/// A regular expression that is one.
struct Pattern {
  std::string Text;
};

/// Rule to option to value.
using RuleOptions = std::map<std::string, std::map<std::string, std::string>>;

/// A glob that is one.
struct PathGlob {
  std::string Text;
};

/// What holds for some paths only, on top of the rest.
struct PathConfig {
  PathGlob Match;
  RuleGlobs Rules;
  RuleOptions Options;
};

/// What one config file says.
struct Config {
  RuleGlobs Rules;
  RuleOptions Options;
  Pattern HeaderFilter;
  std::vector<PathConfig> Paths;
  std::vector<LibraryModel> Models;
};

/// Reads a config file. An error says file, line and column.
llvm::Expected<Config> readConfig(llvm::StringRef Path);

/// What is wrong with `Text` as a regular expression, if anything.
llvm::Error checkPattern(llvm::StringRef Text);

} // namespace asynciter
