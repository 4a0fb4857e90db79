// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <mutex>

namespace asynciter {

/// One line on the terminal that says how far we are. Stays silent for the
/// first second, and where the standard error is no terminal.
class Progress {
public:
  explicit Progress(unsigned Total);
  /// Wipes the line.
  ~Progress();

  /// Another unit is done. May be called from several threads.
  void done(llvm::StringRef File);

private:
  using Clock = std::chrono::steady_clock;

  std::mutex Guard;
  unsigned Total, Finished = 0;
  bool OnTerminal, Shown = false;
  Clock::time_point Start = Clock::now();
};

} // namespace asynciter
