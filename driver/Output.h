// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "llvm/ADT/StringRef.h"

namespace asynciter {

/// Writes `Text` to a file, whole or not at all, or to the standard output when
/// `File` is empty. Says what went wrong and returns false if it did; nobody
/// listening any more is not wrong.
bool writeOutput(llvm::StringRef File, llvm::StringRef Text);

/// Takes away what an earlier run wrote to a file. Leaves devices and pipes alone.
void discardOutput(llvm::StringRef File);

/// Whether to write to one of two files is to write to the other: there is one file, by
/// whatever names.
bool isSameFile(llvm::StringRef One, llvm::StringRef Other);

/// Whether what goes there may be coloured.
bool coloursWanted(llvm::StringRef File);

} // namespace asynciter
