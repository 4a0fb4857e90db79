// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shows whether a coroutine lets its event loop live: a second task of the same
// loop ticks every 10 ms while the first one works. A loop that blocks for as
// long as the work takes does not tick at all, on however busy a machine; a loop
// that does not block ticks at least once, because the tick is due first.
#pragma once

#include <asynciter/asio.h>
#include <asynciter/task.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

using namespace std::chrono_literals;

struct watchdog {
  using clock = std::chrono::steady_clock;

  int ticks = 0;
  clock::duration longest{};
  clock::time_point last = clock::now();

  void look() {
    longest = std::max(longest, clock::now() - last);
    last = clock::now();
  }
};

inline asynciter::task<void> tick(watchdog &dog) {
  for (;;) {
    co_await asynciter::sleep_for(10ms);
    ++dog.ticks;
    dog.look();
  }
}

inline asynciter::task<void> watch(watchdog &dog, asynciter::task<void> work) {
  asynciter::spawn(asynciter::current_executor(), tick(dog));
  co_await asynciter::sleep_for(50ms); // the watchdog ticks by now
  dog = watchdog();
  co_await std::move(work);
  dog.look();
}

/// What `main` returns: 0 when the loop went on while `work` ran.
inline int watched(asynciter::task<void> work) {
  watchdog dog;
  asynciter::run(watch(dog, std::move(work)));
  const auto silence = std::chrono::duration_cast<std::chrono::milliseconds>(dog.longest).count();
  if (dog.ticks == 0)
    std::printf("the loop stood still: no tick for %d ms\n", static_cast<int>(silence));
  else
    std::printf("the loop went on\n");
  return dog.ticks == 0 ? 1 : 0;
}
