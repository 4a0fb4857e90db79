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

class CacheStore;

/// What there is to do. `Failed` names the files that cannot even be begun.
struct Plan {
  std::vector<Job> Jobs;
  std::vector<UnitResult> Failed;
};

/// Finds files, commands and settings, and notes in `Seen` where. An error is one of
/// usage or config.
llvm::Expected<Plan> planFor(const Options &Read, SettingsFor &Find, Footprint &Seen);

/// Runs the jobs, several at a time, and links what they say of each other. The
/// results are in the order of the jobs. What `Store` knows is not done again, if there
/// is one; then `Seen` gets all that the results depend on.
std::vector<UnitResult> runAll(llvm::ArrayRef<Job> Jobs, const Options &Read, CacheStore *Store,
                               Footprint &Seen);

/// Lints one unit, by the first of its commands, and writes its facts file. What
/// it finds is in there.
UnitResult makeFacts(llvm::ArrayRef<Job> Jobs, const Options &Read);

} // namespace asynciter
