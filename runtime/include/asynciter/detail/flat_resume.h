// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resuming from inside of a coroutine that has suspended, on a stack that stays flat.
//
// Who delivers an item resumes the one that waits for it, which may at once ask for the next one, which may
// be there at once, and so on. Each such round nests in the one before. So rounds are counted, and from a
// depth on a resumption is left to the rounds further out, which make it when the deeper ones have returned.
#pragma once

#include "asynciter/detail/source.h"

#include <cstdint>
#include <utility>

namespace asynciter::detail {

class flat_resume {
public:
  /// Resumes `next`. For rounds that go through `counted`, as each step does.
  static void run(continuation next) noexcept {
    if (mine.depth < limit || mine.later) [[likely]]
      next.resume();
    else
      mine.later = next.bits();
  }

  /// Resumes a coroutine as one more round, and then what was left to this one.
  static void counted(std::coroutine_handle<> next) noexcept {
    ++mine.depth;
    next.resume();
    --mine.depth;
    if (mine.later) [[unlikely]]
      resume_later();
  }

  /// Both at once.
  static void run_counted(std::coroutine_handle<> next) noexcept {
    if (mine.depth < limit || mine.later) [[likely]]
      counted(next);
    else
      mine.later = continuation(next).bits();
  }

private:
  static constexpr unsigned limit = 64;

  struct thread_state {
    unsigned depth;
    std::uintptr_t later; // a continuation, or 0
  };
  static inline constinit thread_local thread_state mine{};

  /// Rounds that are too deep pass it on.
  [[gnu::noinline, gnu::cold]] static void resume_later() noexcept {
    if (mine.depth >= limit - 1)
      return;
    ++mine.depth;
    while (mine.later)
      continuation::from_bits(std::exchange(mine.later, 0)).resume();
    --mine.depth;
  }
};

} // namespace asynciter::detail
