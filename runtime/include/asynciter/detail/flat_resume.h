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
  /// Resumes `next` as one more round, or leaves it to a round further out.
  static void run(continuation next) noexcept {
    if (is_negative(--mine.rounds)) [[unlikely]]
      return leave(next);
    next.resume();
    if (is_negative(++mine.rounds)) [[unlikely]]
      resume_later();
  }

private:
  static constexpr unsigned limit = 64;
  static constexpr unsigned something_left = 1 << 20; // taken off, so that one look at `rounds` tells both

  struct thread_state {
    unsigned rounds;      // how many more may nest
    std::uintptr_t later; // a continuation, or 0
  };
  static inline constinit thread_local thread_state mine{limit, 0};

  /// Unsigned numbers, since their sign is a flag that the processor sets when it counts.
  static bool is_negative(unsigned rounds) noexcept { return static_cast<int>(rounds) < 0; }

  [[gnu::noinline, gnu::cold]] static void leave(continuation next) noexcept {
    ++mine.rounds;
    if (mine.later) {
      run_apart(next);
    } else {
      mine.later = next.bits();
      mine.rounds -= something_left;
    }
  }

  static void resume_what_is_left() noexcept {
    mine.rounds += something_left;
    continuation::from_bits(std::exchange(mine.later, 0)).resume();
  }

  static void run_apart(continuation next) noexcept {
    const thread_state outer = std::exchange(mine, {limit, 0});
    next.resume();
    while (mine.later)
      resume_what_is_left();
    mine = outer;
  }

  /// Rounds that are too deep pass it on.
  [[gnu::noinline, gnu::cold]] static void resume_later() noexcept {
    if (mine.rounds + something_left <= 1)
      return;
    --mine.rounds;
    while (mine.later)
      resume_what_is_left();
    ++mine.rounds;
  }
};

} // namespace asynciter::detail
