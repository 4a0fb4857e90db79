// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/task.h"

#include "test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
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
