// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keeps what a run printed, for the launcher to print again.
#pragma once

#include "CacheStore.h"
#include "Footprint.h"

namespace asynciter {

/// What a run came to.
struct Told {
  std::string Output, Errors;
  int Status = 0;
  /// Whether it would come to the same again, all else being as it is.
  bool IsCertain = true;
};

/// `Key` tells the run from others; `Seen` is all that it depends on.
void keepRun(CacheStore &Store, llvm::StringRef Key, const Footprint &Seen, Told What);

} // namespace asynciter
