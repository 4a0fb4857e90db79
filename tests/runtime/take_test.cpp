// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/take.h"

#include "asynciter/async_scope.h"
#include "asynciter/channel.h"
#include "asynciter/chunk.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/transform.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

/// Notes how far it was stepped.
async_generator<int> noted(int &steps) {
  for (;; ++steps)
    co_yield steps;
}

TEST(Take, GivesTheFirstItemsAndStepsNoFurther) {
  int steps = 0;
  EXPECT_EQ(all(noted(steps) | take(3)), (ints{0, 1, 2}));
  EXPECT_EQ(steps, 2);
  steps = 0;
  EXPECT_EQ(all(noted(steps) | take(0)), ints());
  EXPECT_EQ(steps, 0);
  EXPECT_EQ(all(take(numbers(2), 5)), (ints{0, 1}));
  EXPECT_EQ(all(numbers(9) | take(5) | take(2)), (ints{0, 1}));
  EXPECT_EQ(all(numbers(9) | take(2) | take(5)), (ints{0, 1}));
}

TEST(Take, TheRestIsStillThere) {
  auto stream = numbers(5);
  EXPECT_EQ(all(stream | filter([](int x) { return x > 0; }) | take(1)), (ints{1}));
  EXPECT_EQ(all(stream), (ints{2, 3, 4}));
}

TEST(Take, AnEndTakesAsMuchOfItAsItWants) {
  sync_wait([]() -> task<> {
    auto five = numbers(10) | take(5);
    EXPECT_EQ(co_await (five | take(2) | count), 2u);
    EXPECT_EQ(co_await first(five), 2);
    const ints rest = co_await (five | to<std::vector>());
    EXPECT_EQ(rest.size(), 2u);
    EXPECT_EQ(rest.front(), 3);
    EXPECT_EQ(co_await first(five), std::nullopt);
  }());
}

TEST(Take, ForEachClosesTheStreamAfterIt) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    ints items;
    auto body = [&items](int item) { items.push_back(item); };
    co_await for_each(cleaning_numbers(log) | take(2), body);
    EXPECT_EQ(items, (ints{0, 1}));
    EXPECT_EQ(log, "closed ");
  }(log));
}

TEST(Take, WithStepsThatWait) {
  event awaited;
  ints items;
  auto running = start([](event &awaited, ints &items) -> task<> {
    auto two = awaited_numbers(5, awaited) | take(2);
    while (auto item = co_await two.next())
      items.push_back(*item);
    auto first_two = co_await (awaited_numbers(5, awaited) | take(2) | to<std::vector>());
    EXPECT_EQ(first_two, items);
  }(awaited, items));
  int waits = 0;
  for (; awaited.awaited(); ++waits)
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(waits, 4);
  EXPECT_EQ(items, (ints{0, 1}));
}

TEST(TakeWhile, EndsAtTheFirstThatIsRejected) {
  auto below3 = [](int x) { return x < 3; };
  auto stream = numbers(6);
  auto beginning = stream | take_while(below3);
  EXPECT_EQ(all(beginning | take(9)), (ints{0, 1, 2}));
  EXPECT_EQ(all(beginning | take(9)), ints());
  EXPECT_EQ(all(stream), (ints{4, 5}));
  EXPECT_EQ(all(take_while(numbers(2), below3)), (ints{0, 1}));
}

TEST(TakeWhile, ThePredicateMayBeACoroutine) {
  auto below3 = [](int x) -> task<bool> { co_return x < 3; };
  EXPECT_EQ(all(numbers(6) | take_while(below3)), (ints{0, 1, 2}));
  EXPECT_EQ(all(foreign_numbers(6) | take_while(below3)), (ints{0, 1, 2}));
  std::string log;
  sync_wait([](std::string &log, auto below3) -> task<> {
    auto beginning = cleaning_numbers(log) | take_while(below3);
    while (co_await beginning.next()) {
    }
    EXPECT_EQ(log, "closed "); // it has ended, so what it owns is closed
  }(log, below3));
}

TEST(Drop, LeavesOutTheFirstItems) {
  EXPECT_EQ(all(numbers(5) | drop(3)), (ints{3, 4}));
  EXPECT_EQ(all(drop(numbers(2), 3)), ints());
  EXPECT_EQ(all(numbers(5) | drop(0) | take(2)), (ints{0, 1}));
  EXPECT_EQ(all(numbers(9) | take(5) | drop(3)), (ints{3, 4}));
}

TEST(DropWhile, LeavesOutTheBeginning) {
  auto not2 = [](int x) { return x % 3 != 2; };
  EXPECT_EQ(all(numbers(6) | drop_while(not2)), (ints{2, 3, 4, 5}));
  EXPECT_EQ(all(drop_while(numbers(2), not2)), ints());
  EXPECT_EQ(all(numbers(6) | drop_while([](int x) -> task<bool> { co_return x % 3 != 2; })),
            (ints{2, 3, 4, 5}));
}

TEST(TakeUntil, WithATokenThatNeverStopsChangesNothing) {
  EXPECT_EQ(all(numbers(3) | take_until({})), (ints{0, 1, 2}));
  EXPECT_EQ(all(take_until(foreign_numbers(2), {})), (ints{0, 1}));
  sync_wait([]() -> task<> {
    auto owned = owned_numbers(2) | take_until({}) | drop(1);
    auto item = co_await owned.next();
    const std::unique_ptr<int> taken = std::move(item.value());
    EXPECT_EQ(*taken, 1);
  }());
}

TEST(TakeUntil, EndsBetweenTheSteps) {
  std::stop_source stop;
  sync_wait([](std::stop_source &stop) -> task<> {
    auto stream = numbers(5);
    auto until = stream | take_until(stop.get_token()) | transform([](int x) { return x * 2; });
    EXPECT_EQ((co_await until.next()).value(), 0);
    EXPECT_EQ((co_await until.next()).value(), 2);
    stop.request_stop();
    EXPECT_FALSE(co_await until.next());
    EXPECT_FALSE(co_await until.next());
    EXPECT_EQ((co_await stream.next()).value(), 2);
  }(stop));
}

task<> read_until(channel<int> &queue, std::stop_token until, ints &items, std::string &how) {
  try {
    auto stream = queue | take_until(until);
    while (auto item = co_await stream.next())
      items.push_back(*item);
    how = "end";
    EXPECT_FALSE(co_await stream.next());
  } catch (const operation_cancelled &) {
    how = "cancelled";
  }
}

TEST(TakeUntil, EndsAStepThatWaits) {
  for (const bool inside_scope : {false, true}) {
    channel<int> queue(2);
    std::stop_source stop;
    ints items;
    std::string how;
    async_scope scope;
    std::optional<running> alone;
    if (inside_scope) // the consumer can itself be stopped
      scope.spawn(read_until(queue, stop.get_token(), items, how));
    else
      alone.emplace(start(read_until(queue, stop.get_token(), items, how)));
    EXPECT_TRUE(queue.try_send(1));
    EXPECT_TRUE(queue.try_send(2));
    EXPECT_EQ(how, "");
    stop.request_stop();
    EXPECT_EQ(how, "end");
    EXPECT_EQ(items, (ints{1, 2}));
    sync_wait(scope.join());
  }
}

/// Waits for items, with a callback of its own that a stop would come to next.
async_generator<int> receive_with_callback(channel<int> &queue) {
  const std::stop_callback callback(co_await get_stop_token(), [] {});
  while (auto item = co_await queue.next())
    co_yield *item;
}

// The consumer, and the stream that it owns, are gone when the stop returns.
TEST(TakeUntil, TheConsumerMayEndWithinTheStop) {
  for (const bool by_scope : {false, true}) {
    channel<int> queue(1);
    std::stop_source stop;
    bool ended = false;
    async_scope scope;
    auto read = [](channel<int> &queue, std::stop_token until, bool &ended) -> task<> {
      try {
        auto stream = receive_with_callback(queue) | take_until(std::move(until));
        ended = !co_await stream.next();
      } catch (const operation_cancelled &) {
        ended = true;
      }
    };
    scope.spawn(read(queue, stop.get_token(), ended));
    if (by_scope)
      scope.request_stop();
    else
      stop.request_stop();
    EXPECT_TRUE(ended);
    sync_wait(scope.join());
  }
}

TEST(TakeUntil, AStopOfTheConsumerIsACancellation) {
  channel<int> queue(2);
  std::stop_source stop;
  ints items;
  std::string how;
  async_scope scope;
  scope.spawn(read_until(queue, stop.get_token(), items, how));
  EXPECT_TRUE(queue.try_send(1));
  scope.request_stop();
  EXPECT_EQ(how, "cancelled");
  EXPECT_EQ(items, (ints{1}));
  sync_wait(scope.join());
}

TEST(TakeUntil, ConsumersMayTakeTurns) {
  channel<int> queue(9);
  std::stop_source stop;
  auto stream = queue | take_until(stop.get_token());
  ints items;
  auto read = [](auto &stream, ints &items, int n) -> task<> {
    for (int i = 0; i < n; ++i)
      if (auto item = co_await stream.next())
        items.push_back(*item);
      else
        items.push_back(-1);
  };
  for (int i = 0; i < 3; ++i) {
    async_scope scope;
    scope.spawn(read(stream, items, 2));
    EXPECT_TRUE(queue.try_send(1));
    EXPECT_TRUE(queue.try_send(2));
    EXPECT_TRUE(scope.empty());
    sync_wait(scope.join());
  }
  async_scope scope;
  scope.spawn(read(stream, items, 1));
  stop.request_stop();
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(items, (ints{1, 2, 1, 2, 1, 2, -1}));
  sync_wait(scope.join());
}

TEST(TakeUntil, ClosesWhatItOwns) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    std::stop_source stop;
    auto stream = cleaning_numbers(log) | take_until(stop.get_token()) | filter([](int) { return true; });
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
    EXPECT_EQ(log, "closed ");
    EXPECT_FALSE(co_await stream.next());
  }(log));
}

TEST(TakeUntil, OtherExceptionsPass) {
  sync_wait([]() -> task<> {
    std::stop_source stop;
    auto stream = failing_numbers(1) | take_until(stop.get_token());
    EXPECT_TRUE(co_await stream.next());
    EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
  }());
}

TEST(TakeUntil, IsDestroyedAtEachSuspension) {
  EXPECT_EQ(destroy_at_each_suspension([](event &awaited, int &alive) -> task<> {
              std::stop_source stop;
              auto stream = awaited_numbers(2, awaited) | take_until(stop.get_token()) |
                            transform([kept = counted(alive)](int x) { return x; });
              while (auto item = co_await stream.next())
                counted here(alive);
            }),
            3);
}

} // namespace
