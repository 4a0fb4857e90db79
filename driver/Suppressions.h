// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NOLINT comments, as clang-tidy reads them: its own reader does the work.
#pragma once

#include "Analysis.h"

namespace asynciter {

/// Takes out what a comment in the source suppresses. Returns what is wrong
/// with the comments themselves, one text per mistake.
std::vector<std::string> applySuppressions(Analysis &Done, clang::SourceManager &SM,
                                           const clang::LangOptions &Language);

} // namespace asynciter
