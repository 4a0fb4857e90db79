// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/task.h"

#include "test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

using namespace asynciter;
using test_support::counted;
using test_support::event;
using test_support::start;

namespace {

task<int> give(int value) { co_return value; }
task<int &> refer(int &value) { co_return value; }
task<std::unique_ptr<int>> give_owned(int value) { co_return std::make_unique<int>(value); }
task<int> fail() {
  throw std::runtime_error("failed");
  co_return 0;
}

TEST(Task, GivesValuesReferencesAndMoveOnlyResults) {
  auto running = start([]() -> task<void> {
    EXPECT_EQ(co_await give(7), 7);
    EXPECT_EQ(*co_await give_owned(8), 8);
    int value = 9;
    EXPECT_EQ(&co_await refer(value), &value);
  }());
  EXPECT_TRUE(running.done());
}

TEST(Task, StartsWhenItIsAwaited) {
  bool started = false;
  auto body = [](bool &started) -> task<void> {
    started = true;
    co_return;
  };
  auto lazy = body(started);
  EXPECT_TRUE(lazy.valid());
  EXPECT_FALSE(started);
  auto running = start(std::move(lazy));
  EXPECT_TRUE(started);
  EXPECT_FALSE(lazy.valid());
}

TEST(Task, ExceptionReachesTheAwaitingCoroutine) {
  auto running = start([]() -> task<void> { EXPECT_THROW(co_await fail(), std::runtime_error); }());
  EXPECT_TRUE(running.done());
}

TEST(Task, ResumesWhereItWasAwaited) {
  event first, second;
  int alive = 0;
  auto inner = [](event &awaited, int &alive) -> task<int> {
    const counted local(alive);
    co_await awaited;
    co_return 1;
  };
  auto outer = [inner](event &first, event &second, int &alive) -> task<void> {
    EXPECT_EQ(co_await inner(first, alive) + co_await inner(second, alive), 2);
  };
  auto running = start(outer(first, second, alive));
  EXPECT_EQ(alive, 1);
  first.set();
  EXPECT_TRUE(second.awaited());
  EXPECT_FALSE(running.done());
  second.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(alive, 0);
}

TEST(Task, DestroyedAtASuspensionDestroysItsLocals) {
  event never;
  int alive = 0;
  auto inner = [](event &awaited, counted) -> task<void> { co_await awaited; };
  auto outer = [inner](event &awaited, int &alive) -> task<void> {
    const counted local(alive);
    co_await inner(awaited, counted(alive));
  };
  {
    auto running = start(outer(never, alive));
    EXPECT_GE(alive, 2);
  }
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(never.awaited());
}

TEST(Task, AssignmentDestroysTheOldCoroutine) {
  int alive = 0;
  auto body = [](counted) -> task<void> { co_return; };
  auto lazy = body(counted(alive));
  EXPECT_EQ(alive, 1);
  lazy = task<void>();
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(lazy.valid());
}

TEST(Task, GivesConstRvalueAndConvertedResults) {
  auto running = start([]() -> task<void> {
    auto convert = []() -> task<std::string> { co_return "text"; };
    EXPECT_EQ(co_await convert(), "text");
    const std::string kept = "kept";
    auto constant = [](const std::string &kept) -> task<const std::string &> { co_return kept; };
    EXPECT_EQ(&co_await constant(kept), &kept);
    std::string given = "given";
    auto rvalue = [](std::string &given) -> task<std::string &&> { co_return std::move(given); };
    const std::string taken = co_await rvalue(given);
    EXPECT_EQ(taken, "given");
  }());
  EXPECT_TRUE(running.done());
}

TEST(Task, AResultWhoseConstructorThrowsIsTheTasksException) {
  struct throwing {
    explicit throwing(int) {}
    throwing(throwing &&) { throw std::runtime_error("move"); }
  };
  auto running = start([]() -> task<void> {
    auto body = []() -> task<throwing> { co_return throwing(1); };
    EXPECT_THROW((void)co_await body(), std::runtime_error);
  }());
  EXPECT_TRUE(running.done());
}

TEST(Task, ExceptionsPassThroughManyLevels) {
  event awaited;
  auto nest = [](auto self, int depth, event &awaited) -> task<int> {
    if (depth == 0) {
      co_await awaited;
      throw std::runtime_error("deep");
    }
    co_return co_await self(self, depth - 1, awaited);
  };
  auto running = start([](auto nest, event &awaited) -> task<void> {
    EXPECT_THROW((void)co_await nest(nest, 50, awaited), std::runtime_error);
  }(nest, awaited));
  awaited.set();
  EXPECT_TRUE(running.done());
}

TEST(Task, SwapExchangesCoroutines) {
  auto running = start([]() -> task<void> {
    auto first = give(1), second = give(2);
    first.swap(second);
    EXPECT_EQ(co_await std::move(first), 2);
    EXPECT_EQ(co_await std::move(second), 1);
  }());
  EXPECT_TRUE(running.done());
}

#ifndef NDEBUG
TEST(TaskDeathTest, AwaitingTwiceIsAsserted) {
  EXPECT_DEATH(
      {
        auto running = start([]() -> task<void> {
          auto once = give(1);
          (void)co_await std::move(once);
          (void)co_await std::move(once);
        }());
      },
      "a task was awaited twice");
}

TEST(TaskDeathTest, AwaitingNothingIsAsserted) {
  EXPECT_DEATH({ auto running = start(task<void>()); }, "a task without a coroutine was awaited");
}
#endif

#if defined(__clang__)
TEST(Task, ReadyTasksDoNotGrowTheStack) {
  auto running = start([]() -> task<void> {
    long sum = 0;
    for (int i = 0; i < 1'000'000; ++i)
      sum += co_await give(1);
    EXPECT_EQ(sum, 1'000'000);
  }());
  EXPECT_TRUE(running.done());
}
#endif

} // namespace
