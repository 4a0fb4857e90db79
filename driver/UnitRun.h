// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parsing one unit and running the rules over it.
#pragma once

#include "Commands.h"
#include "Results.h"
#include "Settings.h"

namespace asynciter {

/// Lints one unit. Safe to call from several threads at once; even a crash of
/// the parser stays within its unit.
UnitResult runUnit(const Command &How, const Settings &Use);

/// Compares the findings with the `expected-...` comments in the file, as
/// `clang -verify` does, and prints what differs. For this project's tests.
bool verifyUnit(const Command &How, const Settings &Use);

} // namespace asynciter
