// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files of the source tree that are compiled into the tools.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace asynciter {

struct EmbeddedFile {
  /// The file's name without folder and extension.
  llvm::StringRef Stem;
  llvm::StringRef Text;
};

/// `docs/rules/*.md`, sorted by name.
llvm::ArrayRef<EmbeddedFile> embeddedPages();
/// `checks/libraries/*.yaml`, sorted by name.
llvm::ArrayRef<EmbeddedFile> embeddedLibraries();

} // namespace asynciter
