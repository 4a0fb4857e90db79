// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/when_all.h"

#include "asynciter/async_scope.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

using namespace asynciter;
using test_support::counted;
using test_support::event;
using test_support::running;
using test_support::start;

namespace {

task<int> give(int value) { co_return value; }
task<int &> refer(int &value) { co_return value; }
task<std::unique_ptr<int>> give_owned(int value) { co_return std::make_unique<int>(value); }
task<> nothing() { co_return; }

task<int> after(event &awaited, int value) {
  co_await awaited;
  co_return value;
}

task<> fail(const char *what) {
  throw std::runtime_error(what);
  co_return;
}

task<> fail_after(event &awaited, const char *what) {
  co_await awaited;
  throw std::runtime_error(what);
}

/// Waits until it is stopped, and keeps what has happened.
task<> wait_for_stop(bool &stopped) {
  async_semaphore never(0);
  try {
    co_await never.acquire();
  } catch (const operation_cancelled &) {
    stopped = true;
    throw;
  }
}

TEST(WhenAll, GivesEveryKindOfResult) {
  int value = 3;
  auto [one, two, three, four] = sync_wait(when_all(give(1), give_owned(2), refer(value), nothing()));
  EXPECT_EQ(one, 1);
  EXPECT_EQ(*two, 2);
  EXPECT_EQ(&three, &value);
  static_assert(std::is_same_v<decltype(four), std::monostate>);
  static_assert(std::is_same_v<decltype(sync_wait(when_all())), std::tuple<>>);
  sync_wait(when_all());
}

TEST(WhenAll, GivesTheResultsOfARange) {
  std::vector<task<std::unique_ptr<int>>> tasks;
  for (int i = 0; i != 5; ++i)
    tasks.push_back(give_owned(i));
  auto results = sync_wait(when_all(std::move(tasks)));
  ASSERT_EQ(results.size(), 5u);
  for (int i = 0; i != 5; ++i)
    EXPECT_EQ(*results[i], i);

  int value = 3;
  std::vector<task<int &>> references;
  references.push_back(refer(value));
  std::vector<std::reference_wrapper<int>> same = sync_wait(when_all(std::move(references)));
  EXPECT_EQ(&same.front().get(), &value);

  std::vector<task<>> voids;
  voids.push_back(nothing());
  static_assert(std::is_void_v<decltype(sync_wait(when_all(std::move(voids))))>);
  sync_wait(when_all(std::move(voids)));
  EXPECT_TRUE(sync_wait(when_all(std::vector<task<int>>())).empty());
}

TEST(WhenAll, AwaitsLvaluesWhereTheyAre) {
  channel<int> numbers(2);
  EXPECT_TRUE(numbers.try_send(1));
  EXPECT_TRUE(numbers.try_send(2));
  auto next = numbers.next();
  auto [one, two] = sync_wait(when_all(next, next));
  EXPECT_EQ(one, 1);
  EXPECT_EQ(two, 2);
}

TEST(WhenAll, TakesWhatAViewGives) {
  std::vector<std::unique_ptr<channel<int>>> sources;
  for (int i = 0; i != 3; ++i) {
    sources.push_back(std::make_unique<channel<int>>(1));
    EXPECT_TRUE(sources.back()->try_send(i));
  }
  auto items =
      sync_wait(when_all(sources | std::views::transform([](const auto &source) { return source->next(); })));
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[2], 2);
}

TEST(WhenAll, RunsThemAtOnce) {
  event first, second;
  int sum = 0;
  auto both = start([](event &first, event &second, int &sum) -> task<> {
    auto [one, two] = co_await when_all(after(first, 1), after(second, 2));
    sum = one + two;
  }(first, second, sum));
  EXPECT_TRUE(first.awaited());
  EXPECT_TRUE(second.awaited());
  second.set();
  EXPECT_FALSE(both.done());
  first.set();
  EXPECT_TRUE(both.done());
  EXPECT_EQ(sum, 3);
}

TEST(WhenAll, TheFirstFailureStopsTheOthersAndIsThrownWhenAllHaveEnded) {
  event first, second;
  bool stopped = false;
  auto all = start([](event &first, event &second, bool &stopped) -> task<> {
    (void)co_await when_all(wait_for_stop(stopped), fail_after(first, "first"), fail_after(second, "second"));
  }(first, second, stopped));
  EXPECT_FALSE(stopped);
  first.set();
  EXPECT_TRUE(stopped);
  EXPECT_FALSE(all.done());
  second.set();
  try {
    (void)all.done();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error &error) {
    EXPECT_STREQ(error.what(), "first");
  }
}

TEST(WhenAll, WhatFollowsAFailureIsNotStarted) {
  bool started = false;
  auto note = [](bool &started) -> task<> {
    started = true;
    co_return;
  };
  EXPECT_THROW(sync_wait(when_all(fail("at once"), note(started))), std::runtime_error);
  EXPECT_FALSE(started);

  std::vector<task<>> tasks;
  tasks.push_back(fail("at once"));
  tasks.push_back(note(started));
  EXPECT_THROW(sync_wait(when_all(std::move(tasks))), std::runtime_error);
  EXPECT_FALSE(started);
}

TEST(WhenAll, AStopReachesAllParts) {
  bool first = false, second = false, thrown = false;
  async_scope scope;
  scope.spawn([](bool &first, bool &second, bool &thrown) -> task<> {
    try {
      (void)co_await when_all(wait_for_stop(first), when_all(wait_for_stop(second), nothing()));
    } catch (const operation_cancelled &) {
      thrown = true;
    }
  }(first, second, thrown));
  EXPECT_FALSE(scope.empty());
  scope.request_stop();
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_TRUE(thrown);
  EXPECT_TRUE(scope.empty());
}

TEST(WhenAll, PartsThatEndInSpiteOfAStopGiveTheirResults) {
  event waited;
  int sum = 0;
  async_scope scope;
  scope.request_stop();
  scope.spawn([](event &waited, int &sum) -> task<> {
    auto [one, two] = co_await when_all(give(1), after(waited, 2));
    sum = one + two;
  }(waited, sum));
  waited.set();
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(sum, 3);
}

TEST(WhenAll, DestroyedWhileWaitingDestroysTheParts) {
  event first, second;
  int alive = 0;
  auto part = [](event &awaited, counted) -> task<> { co_await awaited; };
  auto all = [part](event &first, event &second, int &alive) -> task<> {
    (void)co_await when_all(part(first, counted(alive)), part(second, counted(alive)));
  };
  {
    auto running = start(all(first, second, alive));
    EXPECT_GE(alive, 2);
    first.set();
  }
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(second.awaited());
}

TEST(WhenAll, IsDestroyedUnawaited) {
  int alive = 0;
  auto part = [](counted) -> task<> { co_return; };
  {
    auto never = when_all(part(counted(alive)), part(counted(alive)));
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 0);
}

TEST(WhenAll, EndsNestedWithoutADeepStack) {
  static constexpr int depth = 2'000;
  event innermost;
  auto nest = [](auto self, event &innermost, int levels) -> task<int> {
    if (levels == 0)
      co_return co_await after(innermost, 1);
    auto [inner, own] = co_await when_all(self(self, innermost, levels - 1), give(1));
    co_return inner + own;
  };
  int sum = 0;
  auto running = start([](auto nest, event &innermost, int &sum) -> task<> {
    sum = co_await nest(nest, innermost, depth);
  }(nest, innermost, sum));
  innermost.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(sum, depth + 1);
}

} // namespace
