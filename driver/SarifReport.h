// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SARIF 2.1.0, the format that code hosts and editors read. Clang's own writer
// knows no fixes, related locations, fingerprints or notifications.
#pragma once

#include "Results.h"

namespace llvm {
class raw_ostream;
}

namespace asynciter {

/// Writes one run: all rules, the findings, and which units failed.
void writeSarif(llvm::ArrayRef<UnitResult> Units, llvm::ArrayRef<Result> Results, llvm::raw_ostream &Out);

} // namespace asynciter
