// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resuming from inside of a coroutine that has suspended, on a stack that stays flat.
//
// Who delivers an item resumes the one that waits for it, which may at once ask for the next one, which may
// be there at once, and so on. Each such round nests in the one before. So rounds are counted, and from a
// depth on a resumption is left to the rounds further out, which make it when the deeper ones have returned.
//
// One resumption can be left. If there is a second one, then because a coroutine in between goes on resuming
// others before it returns: what that resumes counts anew, in rounds of its own.
#pragma once

#include "asynciter/detail/source.h"

#include <cstdint>
#include <utility>

namespace asynciter::detail {

class flat_resume {
public:
  /// Resumes `next`. For rounds that go through `counted`, as each step does.
  static void run(continuation next) noexcept {
    if (mine.depth < limit) [[likely]]
      next.resume();
    else if (!mine.later)
      mine.later = next.bits();
    else
      run_apart(next);
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
    if (mine.depth < limit) [[likely]]
      counted(next);
    else if (!mine.later)
      mine.later = continuation(next).bits();
    else
      run_apart(next);
  }

private:
  static constexpr unsigned limit = 64;

  struct thread_state {
    unsigned depth;
    std::uintptr_t later; // a continuation, or 0
  };
  static inline constinit thread_local thread_state mine{};

  [[gnu::noinline, gnu::cold]] static void run_apart(continuation next) noexcept {
    const thread_state outer = std::exchange(mine, thread_state{});
    next.resume();
    while (mine.later)
      continuation::from_bits(std::exchange(mine.later, 0)).resume();
    mine = outer;
  }

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
