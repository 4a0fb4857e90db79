// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Results.h"

namespace llvm {
class raw_ostream;
}

namespace asynciter {

/// Writes findings as a compiler prints them: place, message, the line with a
/// caret, what to write instead, and the same for every note.
void writeText(llvm::ArrayRef<Result> Results, bool Colours, llvm::raw_ostream &Out);

} // namespace asynciter
