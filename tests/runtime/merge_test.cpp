// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/merge.h"

#include "asynciter/async_scope.h"
#include "asynciter/async_stream.h"
#include "asynciter/channel.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

template <class S> task<> read_all(S stream, ints &items) {
  while (auto item = co_await stream.next())
    items.push_back(*item);
}

TEST(Merge, ReadyStreamsTakeTurns) {
  EXPECT_EQ(all(merge(numbers(3), numbers(2), async_stream(ints{7, 8, 9}))), (ints{0, 0, 7, 1, 1, 8, 2, 9}));
  EXPECT_EQ(all(merge(numbers(0), numbers(0))), ints());
  EXPECT_EQ(all(merge(foreign_numbers(2))), (ints{0, 1}));
}

TEST(Merge, HandsOutItemsAsTheyCome) {
  event a, b;
  ints items;
  auto tens = awaited_numbers(3, b) | transform([](int x) { return 10 + x; });
  auto running = start(read_all(merge(awaited_numbers(2, a), std::move(tens)), items));
  EXPECT_TRUE(a.awaited());
  EXPECT_TRUE(b.awaited());
  b.set();
  EXPECT_EQ(items, (ints{10}));
  b.set();
  a.set();
  EXPECT_EQ(items, (ints{10, 11, 0}));
  a.set();
  a.set(); // its end
  EXPECT_FALSE(running.done());
  b.set();
  b.set();
  EXPECT_EQ(items, (ints{10, 11, 0, 1, 12}));
  EXPECT_TRUE(running.done());
}

TEST(Merge, WhatComesWhileTheConsumerIsBusyWaitsItsTurn) {
  event a, b, busy;
  ints items;
  auto running = start([](event &a, event &b, event &busy, ints &items) -> task<> {
    auto tens = awaited_numbers(3, b) | transform([](int x) { return 10 + x; });
    auto merged = merge(awaited_numbers(2, a), tens);
    while (auto item = co_await merged.next()) {
      items.push_back(*item);
      co_await busy;
    }
  }(a, b, busy, items));
  a.set(); // handed out: this stream waits for the consumer now
  EXPECT_FALSE(a.awaited());
  b.set(); // has come to an item, and waits
  EXPECT_FALSE(b.awaited());
  busy.set();
  EXPECT_EQ(items, (ints{0, 10}));
  EXPECT_TRUE(a.awaited());
  EXPECT_FALSE(b.awaited());
  while (!running.done())
    for (event *each : {&busy, &a, &b})
      if (each->awaited())
        each->set();
  EXPECT_EQ(items.size(), 5u);
}

TEST(Merge, ItemsAreHandedOutWhereTheyAre) {
  std::vector<std::string> texts{"a", "b"}, others{"c"};
  sync_wait([](auto &texts, auto &others) -> task<> {
    auto merged = merge(references(texts), references(others));
    static_assert(std::is_same_v<decltype(merged), async_generator<std::string &>>);
    EXPECT_EQ(&item_in(co_await merged.next()), &texts[0]);
    EXPECT_EQ(&item_in(co_await merged.next()), &others[0]);
    auto owned = merge(owned_numbers(2), owned_numbers(1));
    int items = 0;
    while (auto item = co_await owned.next()) {
      const std::unique_ptr<int> taken = std::move(*item);
      EXPECT_TRUE(taken);
      ++items;
    }
    EXPECT_EQ(items, 3);
    auto mixed = merge(numbers(1), async_stream(std::vector<long>{1}), foreign_numbers(1));
    static_assert(std::is_same_v<decltype(mixed), async_generator<long>>);
    EXPECT_EQ(co_await count(mixed), 3u);
  }(texts, others));
}

TEST(Merge, TakesARangeOfStreams) {
  std::vector<async_generator<int>> streams;
  for (int i = 0; i < 4; ++i)
    streams.push_back(numbers(i));
  EXPECT_EQ(all(merge(streams)), (ints{0, 0, 0, 1, 1, 2}));
  for (int i = 0; i < 3; ++i)
    streams[static_cast<std::size_t>(i)] = numbers(i);
  EXPECT_EQ(all(merge(std::move(streams))), (ints{0, 0, 1}));
  EXPECT_EQ(all(merge(std::vector<async_generator<int>>())), ints());
  std::vector<foreign_numbers> foreign(2, foreign_numbers(2));
  EXPECT_EQ(all(merge(foreign)), (ints{0, 0, 1, 1}));
}

TEST(Merge, TheFirstExceptionClosesTheRest) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto merged = merge(cleaning_numbers(log), failing_numbers(1));
    EXPECT_EQ((co_await merged.next()).value(), 0);
    EXPECT_EQ((co_await merged.next()).value(), 0);
    EXPECT_EQ((co_await merged.next()).value(), 1);
    EXPECT_THROW((void)co_await merged.next(), std::runtime_error);
    EXPECT_EQ(log, "closed ");
    EXPECT_FALSE(co_await merged.next());
  }(log));
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

TEST(Merge, ClosedWhileItsStreamsWaitItStopsThem) {
  std::string log;
  channel<int> a(1), b(1);
  sync_wait([](auto &a, auto &b, std::string &log) -> task<> {
    auto merged = merge(received(a, log), received(b, log) | filter([](int) { return true; }));
    EXPECT_TRUE(b.try_send(7));
    EXPECT_EQ(item_in(co_await merged.next()), 7);
    co_await merged.close();
    EXPECT_EQ(log, "closed closed ");
    EXPECT_FALSE(co_await merged.next());
  }(a, b, log));
}

TEST(Merge, ClosingWaitsForStepsThatCannotBeStopped) {
  event a, b;
  auto running = start([](event &a, event &b) -> task<> {
    auto merged = merge(awaited_numbers(3, a), awaited_numbers(3, b));
    EXPECT_TRUE(co_await merged.next());
    co_await merged.close();
  }(a, b));
  a.set();
  EXPECT_FALSE(running.done());
  b.set();
  EXPECT_TRUE(running.done());
}

TEST(Merge, AStopOfTheConsumerReachesTheStreams) {
  std::string log;
  channel<int> a(1), b(1);
  async_scope scope;
  scope.spawn([](auto &a, auto &b, std::string &log) -> task<> {
    auto merged = merge(received(a, log), received(b, log));
    EXPECT_TRUE(co_await merged.next());
    EXPECT_THROW((void)co_await merged.next(), operation_cancelled);
    log += "stopped";
    EXPECT_FALSE(co_await merged.next());
  }(a, b, log));
  EXPECT_TRUE(a.try_send(1));
  EXPECT_EQ(log, "");
  scope.request_stop();
  EXPECT_EQ(log, "closed closed stopped");
  sync_wait(scope.join());
}

TEST(Merge, ForEachClosesIt) {
  std::string log;
  channel<int> a(1);
  sync_wait([](auto &a, std::string &log) -> task<> {
    auto stop_at_2 = [](int item) { return item == 2 ? loop::stop : loop::next; };
    co_await for_each(merge(received(a, log), cleaning_numbers(log)), stop_at_2);
    EXPECT_EQ(log, "closed closed ");
    log.clear();
    EXPECT_EQ(co_await (merge(received(a, log), numbers(1)) | first), 0);
    EXPECT_EQ(log, "closed ");
  }(a, log));
}

TEST(Merge, TheConsumerMayDestroyItAtAnyItem) {
  for (int limit = 0; limit < 6; ++limit) {
    event a, b;
    int items = 0;
    auto running = start([](event &a, event &b, int limit, int &items) -> task<> {
      auto merged = merge(awaited_numbers(3, a), awaited_numbers(3, b));
      while (items < limit && co_await merged.next())
        ++items;
    }(a, b, limit, items));
    while (!running.done())
      for (event *each : {&a, &b})
        if (each->awaited())
          each->set();
    EXPECT_EQ(items, limit);
  }
}

TEST(Merge, IsDestroyedAtEachSuspension) {
  EXPECT_EQ(destroy_at_each_suspension([](event &awaited, int &alive) -> task<> {
              auto kept = [here = counted(alive)](int x) { return x; };
              auto one = awaited_numbers(3, awaited) | transform(kept);
              auto merged =
                  merge(std::move(one), numbers(3), owned_numbers(2) | transform([](auto p) { return *p; }));
              while (co_await merged.next())
                counted in_the_loop(alive);
            }),
            4);
}

TEST(Merge, ManyItemsNeedNoDeepStack) {
  constexpr int many = 100'000;
  EXPECT_EQ(sync_wait(merge(numbers(many), numbers(many)) | count), 2u * many);
  event awaited;
  std::size_t items = 0;
  auto running = start([](event &awaited, std::size_t &items) -> task<> {
    items = co_await (merge(awaited_numbers(many, awaited), numbers(many)) | count);
  }(awaited, items));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, 2u * many);
}

TEST(Merge, StreamsMayRunOnSeveralThreads) {
  threads pool(4);
  for (int round = 0; round < 20; ++round) {
    const long sum = sync_wait([](threads &pool) -> task<long> {
      auto merged =
          merge(hopping_numbers(300, pool), hopping_numbers(300, pool) | filter([](int) { return true; }),
                hopping_numbers(300, pool), numbers(300));
      co_return co_await reduce(merged, 0L, std::plus());
    }(pool));
    EXPECT_EQ(sum, 4 * 299 * 150);
  }
}

TEST(Merge, IsClosedWhileItsStreamsRunOnSeveralThreads) {
  threads pool(4);
  for (int limit = 0; limit < 100; ++limit) {
    sync_wait([](threads &pool, int limit) -> task<> {
      auto merged = merge(hopping_numbers(300, pool), hopping_numbers(300, pool), hopping_numbers(300, pool));
      for (int i = 0; i < limit; ++i)
        EXPECT_TRUE(co_await merged.next());
      co_await merged.close();
    }(pool, limit));
  }
}

} // namespace
