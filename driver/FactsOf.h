// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What goes from a unit in memory into its facts file.
#pragma once

#include "Analysis.h"
#include "FactsFile.h"

namespace asynciter {

UnitFacts factsOf(const Unit &Source, llvm::ArrayRef<Asked> Open, const Settings &Use);

/// Every file that the unit was made of, also those of the system.
std::vector<std::string> inputsOf(const clang::SourceManager &SM);

} // namespace asynciter
