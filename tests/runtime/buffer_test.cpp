// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/buffer.h"

#include "asynciter/async_scope.h"
#include "asynciter/channel.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

/// Notes the last number that it was asked for.
async_generator<int> noted(int n, int &last) {
  for (int i = 0; i < n; ++i) {
    last = i;
    co_yield i;
  }
}

TEST(Buffer, DeliversTheSameItems) {
  for (std::size_t places : {1, 2, 3, 100}) {
    EXPECT_EQ(all(numbers(5) | buffer(places)), (ints{0, 1, 2, 3, 4}));
    EXPECT_EQ(all(buffer(foreign_numbers(3), places)), (ints{0, 1, 2}));
    EXPECT_EQ(all(numbers(9) | filter([](int x) { return x % 4 == 0; }) | buffer(places) | take(2)),
              (ints{0, 4}));
    EXPECT_EQ(all(numbers(0) | buffer(places)), ints());
  }
}

TEST(Buffer, RunsAheadAsFarAsThereAreFreePlaces) {
  sync_wait([]() -> task<> {
    int last = -1;
    auto stream = noted(9, last) | buffer(3);
    EXPECT_EQ(last, -1); // not before the first step
    EXPECT_EQ((co_await stream.next()).value(), 0);
    EXPECT_EQ(last, 3);
    EXPECT_EQ((co_await stream.next()).value(), 1);
    EXPECT_EQ(last, 4);
    EXPECT_EQ((co_await stream.next()).value(), 2);
    EXPECT_EQ(last, 5);
  }());
}

TEST(Buffer, OfOnePlaceRunsAheadToo) {
  event fetched, stored;
  ints items;
  auto running = start([](event &fetched, event &stored, ints &items) -> task<> {
    auto stream = awaited_numbers(2, fetched) | buffer(1);
    while (auto item = co_await stream.next()) {
      items.push_back(*item);
      co_await stored;
    }
  }(fetched, stored, items));
  fetched.set();
  EXPECT_EQ(items, ints{0});
  EXPECT_TRUE(stored.awaited());
  EXPECT_TRUE(fetched.awaited()); // for the next item
  fetched.set();
  EXPECT_FALSE(fetched.awaited()); // its place is taken
  stored.set();
  EXPECT_EQ(items, (ints{0, 1}));
  fetched.set();
  stored.set();
  EXPECT_TRUE(running.done());
}

TEST(Buffer, TheStreamRunsWhileTheConsumerIsBusy) {
  event fetched, stored;
  ints items;
  auto running = start([](event &fetched, event &stored, ints &items) -> task<> {
    auto stream = awaited_numbers(5, fetched) | buffer(2);
    while (auto item = co_await stream.next()) {
      items.push_back(*item);
      co_await stored;
    }
  }(fetched, stored, items));
  fetched.set();
  EXPECT_EQ(items, (ints{0}));
  fetched.set();
  fetched.set();
  EXPECT_FALSE(fetched.awaited()); // both places are taken
  EXPECT_EQ(items, (ints{0}));
  stored.set();
  EXPECT_EQ(items, (ints{0, 1}));
  EXPECT_TRUE(fetched.awaited());
  while (!running.done())
    for (event *each : {&stored, &fetched})
      if (each->awaited())
        each->set();
  EXPECT_EQ(items, (ints{0, 1, 2, 3, 4}));
}

TEST(Buffer, MoveOnlyItemsAndReferences) {
  sync_wait([]() -> task<> {
    auto stream = owned_numbers(4) | buffer(2);
    int sum = 0;
    while (auto item = co_await stream.next()) {
      const std::unique_ptr<int> taken = std::move(*item);
      sum += *taken;
    }
    EXPECT_EQ(sum, 6);
  }());
  std::vector<std::string> texts{"a", "b"};
  EXPECT_EQ(sync_wait(references(texts) | buffer(2) | to<std::vector>()), texts);
  EXPECT_EQ(texts[0], "a");
}

TEST(Buffer, AnExceptionComesAfterTheItemsBeforeIt) {
  sync_wait([]() -> task<> {
    auto stream = failing_numbers(2) | buffer(9);
    EXPECT_EQ((co_await stream.next()).value(), 0);
    EXPECT_EQ((co_await stream.next()).value(), 1);
    EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
    EXPECT_FALSE(co_await stream.next());
    auto failing =
        numbers(3) | transform([](int x) { return x == 1 ? throw std::invalid_argument("one") : x; });
    auto buffered = failing | buffer(1);
    EXPECT_EQ((co_await buffered.next()).value(), 0);
    EXPECT_THROW((void)co_await buffered.next(), std::invalid_argument);
  }());
}

async_generator<int> received(channel<int> &from, std::string &log) {
  auto note = [](std::string *log) -> task<> {
    *log += "closed ";
    co_return;
  };
  std::string *const to = &log;
  co_await on_exit(note, to);
  while (auto item = co_await from.next())
    co_yield *item;
}

TEST(Buffer, WithoutAPlaceIsRefused) {
  EXPECT_THROW((void)buffer(0), std::invalid_argument);
  EXPECT_THROW((void)buffer(numbers(1), 0), std::invalid_argument);
}

TEST(Buffer, ClosedWhileItsStreamWaitsItStopsThat) {
  std::string log;
  channel<int> queue(9);
  sync_wait([](auto &queue, std::string &log) -> task<> {
    auto stream = received(queue, log) | buffer(3);
    EXPECT_TRUE(queue.try_send(7));
    EXPECT_EQ(item_in(co_await stream.next()), 7);
    co_await stream.close();
    EXPECT_EQ(log, "closed ");
    EXPECT_FALSE(co_await stream.next());

    log.clear();
    auto resting = cleaning_numbers(log) | buffer(3); // its reader waits for a place
    EXPECT_TRUE(co_await resting.next());
    co_await resting.close();
    EXPECT_EQ(log, "closed ");

    log.clear();
    EXPECT_EQ(co_await (cleaning_numbers(log) | buffer(2) | first), 0);
    EXPECT_EQ(log, "closed ");
    auto borrowed = cleaning_numbers(log);
    auto borrowing = borrowed | buffer(2);
    EXPECT_TRUE(co_await borrowing.next());
    co_await borrowing.close();
    EXPECT_EQ(log, "closed ");
    EXPECT_EQ(item_in(co_await borrowed.next()), 3); // 1 and 2 were read ahead
    co_await borrowed.close();
  }(queue, log));
}

TEST(Buffer, ClosingWaitsForAStepThatCannotBeStopped) {
  event awaited;
  auto running = start([](event &awaited) -> task<> {
    auto stream = awaited_numbers(3, awaited) | buffer(2);
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
  }(awaited));
  awaited.set();
  EXPECT_TRUE(awaited.awaited());
  EXPECT_FALSE(running.done());
  awaited.set();
  EXPECT_TRUE(running.done());
}

TEST(Buffer, AStopOfTheConsumerReachesTheStream) {
  std::string log;
  channel<int> queue(9);
  async_scope scope;
  scope.spawn([](auto &queue, std::string &log) -> task<> {
    auto stream = received(queue, log) | buffer(3);
    EXPECT_TRUE(co_await stream.next());
    EXPECT_THROW((void)co_await stream.next(), operation_cancelled);
    log += "stopped";
  }(queue, log));
  EXPECT_TRUE(queue.try_send(7));
  scope.request_stop();
  EXPECT_EQ(log, "closed stopped");
  sync_wait(scope.join());
}

TEST(Buffer, TheConsumerMayDestroyItAtAnyItem) {
  for (int limit = 0; limit < 6; ++limit) {
    event awaited;
    auto running = start([](event &awaited, int limit) -> task<> {
      auto stream = awaited_numbers(6, awaited) | buffer(2);
      for (int i = 0; i < limit; ++i)
        EXPECT_TRUE(co_await stream.next());
    }(awaited, limit));
    while (!running.done())
      awaited.set();
  }
}

TEST(Buffer, IsDestroyedAtEachSuspension) {
  EXPECT_EQ(destroy_at_each_suspension([](event &awaited, int &alive) -> task<> {
              auto stream = awaited_numbers(4, awaited) |
                            transform([&alive](int) { return counted(alive); }) | buffer(2);
              while (auto item = co_await stream.next())
                counted in_the_loop(alive);
            }),
            5);
}

TEST(Buffer, ManyItemsNeedNoDeepStack) {
  constexpr int many = 100'000;
  EXPECT_EQ(sync_wait(numbers(many) | buffer(1) | count), std::size_t(many));
  EXPECT_EQ(sync_wait(numbers(many) | buffer(8) | buffer(8) | count), std::size_t(many));
  event awaited;
  std::size_t items = 0;
  auto running = start([](event &awaited, std::size_t &items) -> task<> {
    items = co_await (awaited_numbers(many, awaited) | buffer(3) | count);
  }(awaited, items));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, std::size_t(many));
}

TEST(Buffer, TheStreamMayRunOnOtherThreads) {
  threads pool(4);
  for (std::size_t places = 1; places < 30; ++places) {
    const long sum = sync_wait([](threads &pool, std::size_t places) -> task<long> {
      auto stream = hopping_numbers(500, pool) | buffer(places);
      long sum = 0;
      while (auto item = co_await stream.next()) {
        if (*item % 5 == 0)
          co_await pool.hop();
        sum += *item;
      }
      co_return sum;
    }(pool, places));
    EXPECT_EQ(sum, 499 * 250);
  }
}

TEST(Buffer, IsClosedWhileItsStreamRunsOnAnotherThread) {
  threads pool(4);
  for (int limit = 0; limit < 100; ++limit)
    sync_wait([](threads &pool, int limit) -> task<> {
      auto stream = hopping_numbers(200, pool) | buffer(3);
      for (int i = 0; i < limit; ++i)
        EXPECT_TRUE(co_await stream.next());
      co_await stream.close();
    }(pool, limit));
}

} // namespace
