// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Results.h"

namespace asynciter {

/// "5 findings in 2 files (12 files linted)", and what else is worth a word.
std::string summarise(llvm::ArrayRef<UnitResult> Units, llvm::ArrayRef<Result> Left, unsigned Fixed);

} // namespace asynciter
