// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "llvm/ADT/StringRef.h"

namespace asynciter {

/// Writes `Text` to a file, whole or not at all, or to the standard output when
/// `File` is empty. Says what went wrong and returns false if it did; nobody
/// listening any more is not wrong.
bool writeOutput(llvm::StringRef File, llvm::StringRef Text);

/// Whether what goes there may be coloured.
bool coloursWanted(llvm::StringRef File);

} // namespace asynciter
