// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/timing.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/channel.h"
#include "asynciter/collect.h"
#include "asynciter/merge.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;

namespace {

async_generator<int> items_after(std::vector<std::chrono::milliseconds> pauses) {
  int index = 0;
  for (auto pause : pauses) {
    if (pause > 0ms)
      co_await sleep_for(pause);
    co_yield index++;
  }
}

/// 0, 1, ..., each after its pause. No braces at the call: GCC 12 has no lists in a coroutine's full
/// expressions.
template <class... Pauses> ASYNCITER_CORO_WRAPPER async_generator<int> paused(Pauses... pauses) {
  return items_after({pauses...});
}

TEST(Timing, TimeoutThrowsWhereAnItemTakesLonger) {
  run([]() -> task<> {
    auto stream = paused(0ms, 1ms, 10s) | timeout(200ms);
    EXPECT_EQ((co_await stream.next()).value(), 0);
    EXPECT_EQ((co_await stream.next()).value(), 1);
    EXPECT_THROW((void)co_await stream.next(), timed_out);
    EXPECT_FALSE(co_await stream.next());
    EXPECT_EQ(co_await count(timeout(paused(1ms, 1ms), 10s)), 2u);
  }());
}

TEST(Timing, DebounceWaitsForQuiet) {
  const auto items = run([]() -> task<std::vector<int>> {
    co_return co_await (paused(0ms, 0ms, 0ms, 400ms, 0ms) | debounce(100ms) | to<std::vector>());
  }());
  EXPECT_EQ(items, (std::vector{2, 4}));
}

TEST(Timing, StreamsOverTheLoopMerge) {
  const auto items = run([]() -> task<std::vector<int>> {
    auto merged = merge(paused(100ms, 300ms), paused(200ms) | debounce(1ms));
    co_return co_await to<std::vector>(merged);
  }());
  EXPECT_EQ(items, (std::vector{0, 0, 1}));
}

TEST(Timing, WithoutALoopItSaysSo) {
  channel<int> queue(1);
  EXPECT_TRUE(queue.try_send(1));
  sync_wait([](channel<int> &queue) -> task<> {
    auto stream = queue | debounce(1ms);
    EXPECT_THROW((void)co_await stream.next(), std::logic_error);
  }(queue));
}

} // namespace
