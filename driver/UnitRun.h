// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parsing one unit and running the rules over it.
#pragma once

#include "Commands.h"
#include "Footprint.h"
#include "Results.h"
#include "Settings.h"

namespace asynciter {

/// What a unit is to leave for others.
struct FactsWanted {
  bool Wanted = false;
  /// What paths in it are relative to; absolute.
  std::string Root;
  /// Gets the files that the unit is made of, if it is there.
  std::vector<std::string> *Inputs = nullptr;
  /// Gets all that was looked at, if it is there.
  Footprint *Seen = nullptr;
};

/// Lints one unit. Safe to call from several threads at once; even a
/// crash of the parser stays within its unit.
UnitResult runUnit(const Command &How, const Settings &Use, const FactsWanted &Facts);

/// Compares the findings with the `expected-...` comments in the file, as
/// `clang -verify` does, and prints what differs. For this project's tests.
bool verifyUnit(const Command &How, const Settings &Use);

} // namespace asynciter
