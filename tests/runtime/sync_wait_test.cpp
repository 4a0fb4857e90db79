// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/sync_wait.h"

#include "asynciter/async_generator.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/collect.h"
#include "asynciter/for_each.h"
#include "asynciter/stop.h"
#include "asynciter/task.h"
#include "asynciter/transform.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <coroutine>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

using namespace asynciter;
using namespace std::chrono_literals;
using test_support::counted;

namespace {

/// Goes on on a new thread.
class other_thread {
public:
  ~other_thread() {
    if (thread_.joinable())
      thread_.join();
  }
  auto hop() {
    struct awaiter {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> waiting) {
        thread = std::thread([waiting] {
          std::this_thread::sleep_for(1ms);
          waiting.resume();
        });
      }
      void await_resume() const noexcept {}
      std::thread &thread;
    };
    return awaiter{thread_};
  }

private:
  std::thread thread_;
};

task<int> give(int value) { co_return value; }
task<int &> refer(int &value) { co_return value; }
task<std::unique_ptr<int>> give_owned(int value) { co_return std::make_unique<int>(value); }

TEST(SyncWait, GivesEveryKindOfResult) {
  EXPECT_EQ(sync_wait(give(7)), 7);
  EXPECT_EQ(*sync_wait(give_owned(8)), 8);
  int value = 9;
  EXPECT_EQ(&sync_wait(refer(value)), &value);
  auto nothing = []() -> task<> { co_return; };
  static_assert(std::is_void_v<decltype(sync_wait(nothing()))>);
  sync_wait(nothing());
  auto lazy = give(10);
  EXPECT_EQ(sync_wait(std::move(lazy)), 10);
}

TEST(SyncWait, ThrowsWhatTheCoroutineThrows) {
  auto fail = []() -> task<int> {
    throw std::runtime_error("failed");
    co_return 0;
  };
  EXPECT_THROW((void)sync_wait(fail()), std::runtime_error);
}

TEST(SyncWait, AwaitsAStep) {
  // NOLINTNEXTLINE(asynciter-needless-async-generator): its steps are what is awaited.
  auto numbers = []() -> async_generator<int> {
    co_yield 1;
    co_yield 2;
  }();
  EXPECT_EQ(*sync_wait(numbers.next()), 1);
  EXPECT_EQ(*sync_wait(numbers.next()), 2);
  EXPECT_FALSE(sync_wait(numbers.next()));
}

TEST(SyncWait, BlocksUntilTheEnd) {
  other_thread other;
  int alive = 0;
  const auto here = std::this_thread::get_id();
  const auto there = sync_wait([](other_thread &other, counted) -> task<std::thread::id> {
    co_await other.hop();
    co_return std::this_thread::get_id();
  }(other, counted(alive)));
  EXPECT_NE(there, here);
  EXPECT_EQ(alive, 0);
}

TEST(SyncWait, HandsTheStopTokenDown) {
  std::stop_source source;
  sync_wait([](std::stop_token expected) -> task<> { EXPECT_EQ(co_await get_stop_token(), expected); }(
                                             source.get_token()),
            source.get_token());

  std::jthread stopper([&source] {
    std::this_thread::sleep_for(1ms);
    source.request_stop();
  });
  async_semaphore never(0);
  EXPECT_THROW(sync_wait(never.acquire(), source.get_token()), operation_cancelled);
  EXPECT_THROW(sync_wait(never.acquire(), source.get_token()), operation_cancelled);
  never.release();
  sync_wait(never.acquire(), source.get_token()); // does not wait
}

#ifndef NDEBUG
TEST(SyncWaitDeathTest, IsRefusedInACoroutine) {
  auto outer = []() -> task<int> {
    // NOLINTNEXTLINE(asynciter-blocking-call): this is what is refused.
    co_return sync_wait(give(1));
  };
  EXPECT_DEATH((void)sync_wait(outer()), "use co_await");
}

async_generator<int> three(test_support::event *awaited) {
  for (int i = 0; i < 3; ++i) {
    if (awaited && i > 0)
      co_await *awaited;
    co_yield i;
  }
}

/// Calls something for each item, which is ready or not.
template <class Consume> void consume_three(bool waits, Consume consume) {
  test_support::event awaited;
  auto running = test_support::start(consume(three(waits ? &awaited : nullptr)));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
}

// Also in what a coroutine calls, in a step or when one is over.
TEST(SyncWaitDeathTest, IsRefusedInCallables) {
  auto block = [](int i) {
    // NOLINTNEXTLINE(asynciter-blocking-call): this is what is refused.
    return i < 2 ? i : sync_wait(give(i)); // not in the first step
  };
  auto loop = [block](async_generator<int> stream) -> task<> {
    auto body = [block](int i) { (void)block(i); };
    co_await for_each(std::move(stream), body);
  };
  auto step = [block](async_generator<int> stream) -> task<> {
    auto blocking = std::move(stream) | transform(block);
    while (co_await blocking.next()) {
    }
  };
  auto fold = [block](async_generator<int> stream) -> task<> {
    auto add = [block](int sum, int i) { return sum + block(i); };
    (void)co_await reduce(std::move(stream), 0, add);
  };
  for (const bool waits : {false, true}) {
    EXPECT_DEATH(consume_three(waits, loop), "use co_await");
    EXPECT_DEATH(consume_three(waits, step), "use co_await");
    EXPECT_DEATH(consume_three(waits, fold), "use co_await");
  }
}

TEST(SyncWait, IsAllowedBetweenStepsThatWait) {
  test_support::event awaited;
  auto step = [](async_generator<int> stream) -> task<> {
    auto passed = std::move(stream) | transform([](int i) { return i; });
    while (co_await passed.next()) {
    }
  };
  auto running = test_support::start(step(three(&awaited)));
  for (; awaited.awaited(); awaited.set())
    EXPECT_EQ(sync_wait(give(1)), 1);
  EXPECT_TRUE(running.done());
  EXPECT_EQ(sync_wait(give(1)), 1);
}

TEST(SyncWait, IsAllowedAgainAfterACoroutine) {
  sync_wait([]() -> task<> { co_return; }());
  async_semaphore semaphore(0);
  auto waiting = test_support::start(
      [](async_semaphore &semaphore) -> task<> { co_await semaphore.acquire(); }(semaphore));
  EXPECT_EQ(sync_wait(give(1)), 1);
  semaphore.release();
  EXPECT_TRUE(waiting.done());
  EXPECT_EQ(sync_wait(give(1)), 1);
}
#endif

} // namespace
