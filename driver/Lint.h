// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the command line to the results of all units.
#pragma once

#include "Options.h"
#include "UnitRun.h"

namespace asynciter {

/// A unit to parse, with what is in force for it.
struct Job {
  Command How;
  const Settings *Use;
};

/// What there is to do. `Failed` names the files that cannot even be begun.
struct Plan {
  std::vector<Job> Jobs;
  std::vector<UnitResult> Failed;
};

/// Finds files, commands and settings. An error is one of usage or config.
llvm::Expected<Plan> planFor(const Options &Read, SettingsFor &Find);

/// Runs the jobs, several at a time, and links what they say of each other. The
/// results are in the order of the jobs.
std::vector<UnitResult> runAll(llvm::ArrayRef<Job> Jobs, const Options &Read);

/// Lints one unit, by the first of its commands, and writes its facts file. What
/// it finds is in there.
UnitResult makeFacts(llvm::ArrayRef<Job> Jobs, const Options &Read);

} // namespace asynciter
