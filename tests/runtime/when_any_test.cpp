// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/when_any.h"

#include "asynciter/async_generator.h"
#include "asynciter/async_scope.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace asynciter;
using test_support::counted;
using test_support::event;
using test_support::start;

namespace {

task<int> give(int value) { co_return value; }

task<int> after(event &awaited, int value) {
  co_await awaited;
  co_return value;
}

task<> fail_after(event &awaited) {
  co_await awaited;
  throw std::runtime_error("failed");
}

task<> wait_for_stop(int &stopped) {
  async_semaphore never(0);
  try {
    co_await never.acquire();
  } catch (const operation_cancelled &) {
    ++stopped;
    throw;
  }
}

TEST(WhenAny, TheFirstWinsAndTheOthersAreStopped) {
  event awaited;
  int stopped = 0, result = 0;
  auto race = start([](event &awaited, int &stopped, int &result) -> task<> {
    auto [index, value] =
        co_await when_any(wait_for_stop(stopped), after(awaited, 7), wait_for_stop(stopped));
    EXPECT_EQ(index, 1u);
    EXPECT_EQ(value.index(), 1u);
    result = std::get<1>(value);
  }(awaited, stopped, result));
  EXPECT_FALSE(race.done());
  awaited.set();
  EXPECT_TRUE(race.done());
  EXPECT_EQ(stopped, 2);
  EXPECT_EQ(result, 7);
}

TEST(WhenAny, WaitsForTheLosers) {
  event first, second;
  int result = 0;
  auto race = start([](event &first, event &second, int &result) -> task<> {
    auto winner = co_await when_any(after(first, 1), after(second, 2));
    result = std::get<0>(winner.value);
  }(first, second, result));
  first.set();
  EXPECT_FALSE(race.done());
  second.set();
  EXPECT_TRUE(race.done());
  EXPECT_EQ(result, 1);
}

TEST(WhenAny, AFailureWinsToo) {
  event awaited, late;
  int stopped = 0;
  auto race = start([](event &awaited, event &late, int &stopped) -> task<> {
    EXPECT_THROW((void)co_await when_any(wait_for_stop(stopped), fail_after(awaited), fail_after(late)),
                 std::runtime_error);
  }(awaited, late, stopped));
  awaited.set();
  EXPECT_EQ(stopped, 1);
  EXPECT_FALSE(race.done());
  late.set();
  EXPECT_TRUE(race.done());
}

TEST(WhenAny, WhatFollowsAWinnerIsNotStarted) {
  bool started = false;
  auto note = [](bool &started) -> task<> {
    started = true;
    co_return;
  };
  EXPECT_EQ(sync_wait(when_any(give(1), note(started))).index, 0u);
  EXPECT_FALSE(started);
}

TEST(WhenAny, GivesEveryKindOfResult) {
  int value = 3;
  auto refer = [](int &value) -> task<int &> { co_return value; };
  auto own = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(4); };
  auto nothing = []() -> task<> { co_return; };
  EXPECT_EQ(&std::get<0>(sync_wait(when_any(refer(value))).value).get(), &value);
  EXPECT_EQ(*std::get<0>(sync_wait(when_any(own(), give(1))).value), 4);
  EXPECT_EQ(std::get<0>(sync_wait(when_any(nothing(), nothing())).value), std::monostate());
}

TEST(WhenAny, GivesTheWinnerOfARange) {
  event first, second;
  std::vector<task<int>> tasks;
  tasks.push_back(after(first, 1));
  tasks.push_back(after(second, 2));
  int result = 0;
  auto race = start([](std::vector<task<int>> tasks, int &result) -> task<> {
    auto [index, value] = co_await when_any(std::move(tasks));
    EXPECT_EQ(index, 1u);
    result = value;
  }(std::move(tasks), result));
  second.set();
  first.set();
  EXPECT_TRUE(race.done());
  EXPECT_EQ(result, 2);

  std::vector<task<>> voids;
  voids.push_back([]() -> task<> { co_return; }());
  EXPECT_EQ(sync_wait(when_any(std::move(voids))).index, 0u);
  EXPECT_THROW(sync_wait(when_any(std::vector<task<>>())), std::invalid_argument);
}

TEST(WhenAny, RacesTheStepsOfGenerators) {
  auto produce = [](event &awaited) -> async_generator<int> {
    co_await awaited;
    co_yield 1;
  };
  event first, second;
  auto race = start([](async_generator<int> one, async_generator<int> other) -> task<> {
    auto [index, item] = co_await when_any(one.next(), other.next());
    EXPECT_EQ(index, 1u);
    EXPECT_EQ(*std::get<1>(item), 1);
  }(produce(first), produce(second)));
  second.set();
  EXPECT_FALSE(race.done());
  first.set();
  EXPECT_TRUE(race.done());
}

TEST(WhenAny, AReceiveThatLosesTakesNothing) {
  channel<int> numbers(1);
  event awaited;
  auto race = start([](channel<int> &numbers, event &awaited) -> task<> {
    auto winner = co_await when_any(numbers.next(), after(awaited, 1));
    EXPECT_EQ(winner.index, 1u);
  }(numbers, awaited));
  awaited.set();
  EXPECT_TRUE(race.done());
  EXPECT_TRUE(numbers.try_send(5));
  EXPECT_EQ(numbers.try_receive(), 5);
}

TEST(WhenAny, AStopReachesAllParts) {
  int stopped = 0;
  bool thrown = false;
  async_scope scope;
  scope.spawn([](int &stopped, bool &thrown) -> task<> {
    try {
      (void)co_await when_any(wait_for_stop(stopped), wait_for_stop(stopped));
    } catch (const operation_cancelled &) {
      thrown = true;
    }
  }(stopped, thrown));
  scope.request_stop();
  EXPECT_EQ(stopped, 2);
  EXPECT_TRUE(thrown);
  EXPECT_TRUE(scope.empty());
}

TEST(WhenAny, DestroyedWhileWaitingDestroysTheParts) {
  event first, second;
  int alive = 0;
  auto part = [](event &awaited, counted) -> task<> { co_await awaited; };
  auto any = [part](event &first, event &second, int &alive) -> task<> {
    (void)co_await when_any(part(first, counted(alive)), part(second, counted(alive)));
  };
  {
    auto waiting_for_first = start(any(first, second, alive));
    EXPECT_GE(alive, 2);
  }
  EXPECT_EQ(alive, 0);
  {
    auto waiting_for_loser = start(any(first, second, alive));
    first.set();
    EXPECT_FALSE(waiting_for_loser.done());
  }
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(second.awaited());
}

} // namespace
