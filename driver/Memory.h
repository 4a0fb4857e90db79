// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How many units may be worked on at once, so that their memory is there.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace asynciter {

/// Bytes that this process may still take: of what the machine has, the control group of
/// the process (version 2) and its limit of addresses leave. What cannot be told does not
/// limit. Of the present moment.
std::uint64_t availableMemory();

/// Bytes that this process has in memory; zero if that cannot be told.
std::uint64_t residentMemory();

/// One per core, but no more than there is memory for, if units are of a usual size.
unsigned usualWorkers();

/// Where each unit asks whether to begin. One always may. Another one may if there is
/// memory for one that takes as much as those that run, and, while it is not known
/// what units take, if not too many run. For any thread.
class MemoryGate {
public:
  void begin();
  void end();

private:
  bool isOpen() const;

  std::mutex Guard;
  std::condition_variable Changed;
  unsigned Running = 0, Done = 0;
};

} // namespace asynciter
