// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace asynciter {

/// `Path` made absolute, without dots.
std::string absolutePath(llvm::StringRef Path);

/// `Path` as a reader wants it: relative when it is below the working
/// directory, whole otherwise.
std::string displayPath(llvm::StringRef Path);

/// Where this program is, whatever links it was started through.
std::string pathOfTool();

} // namespace asynciter
