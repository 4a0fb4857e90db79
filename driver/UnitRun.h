// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parsing one unit and running the rules over it.
#pragma once

#include "Commands.h"
#include "Footprint.h"
#include "Results.h"
#include "Settings.h"

namespace asynciter {

class SharedHeaders;

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

/// How much of a unit is parsed.
enum class Depth {
  Needed, ///< what findings and facts depend on
  Whole,
};

/// Lints one unit, with the same result at each depth; with the help of a shared header if that pays. Safe to
/// call from several threads at once; even a crash of the parser stays within its unit.
UnitResult runUnit(const Command &How, const Settings &Use, const FactsWanted &Facts, Depth Parsed,
                   const SharedHeaders *Shared = nullptr);

/// Compares the findings with the `expected-...` comments in the file, as
/// `clang -verify` does, and prints what differs. For this project's tests.
bool verifyUnit(const Command &How, const Settings &Use);

} // namespace asynciter
