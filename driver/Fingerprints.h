// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Results.h"
#include "SourceText.h"

namespace asynciter {

/// One text per result, by which it is known again after the lines around it
/// have moved: rule, file and the text of the line, and which of several alike
/// it is.
std::vector<std::string> fingerprints(llvm::ArrayRef<Result> Results, SourceText &Sources);

} // namespace asynciter
