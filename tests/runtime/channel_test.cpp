// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/channel.h"

#include "asynciter/async_scope.h"
#include "asynciter/protocol.h"
#include "asynciter/sync_wait.h"
#include "asynciter/when_all.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::counted;
using test_support::running;
using test_support::start;

namespace {

static_assert(stream<channel<int>>);
static_assert(stream<channel<std::unique_ptr<int>>>);

using owned = std::unique_ptr<int>;

task<> send_all(channel<int> &to, int first, int last) {
  for (int i = first; i != last; ++i)
    if (!co_await to.send(i))
      co_return;
}

task<> send_all_and_close(channel<int> &to, int first, int last) {
  co_await send_all(to, first, last);
  to.close();
}

task<> receive_all(channel<int> &from, std::vector<int> &items) {
  while (auto item = co_await from.next())
    items.push_back(*item);
}

task<> receive_one(channel<int> &from, std::optional<int> &item) { item = co_await from.next(); }

/// Gives back an item that was not sent.
task<> send_owned(channel<owned> &to, owned &item, std::optional<bool> &sent) {
  sent = co_await to.send(std::move(item));
}

TEST(Channel, DeliversInOrder) {
  for (const std::size_t capacity : {0, 1, 2, 100}) {
    channel<int> numbers(capacity);
    EXPECT_EQ(numbers.capacity(), capacity);
    std::vector<int> items;
    sync_wait(when_all(send_all_and_close(numbers, 0, 10), receive_all(numbers, items)));
    EXPECT_EQ(items, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }
}

TEST(Channel, DeliversMoveOnlyItems) {
  channel<owned> items(1);
  auto send = [](channel<owned> &to) -> task<> {
    for (int i = 0; i != 5; ++i)
      EXPECT_TRUE(co_await to.send(std::make_unique<int>(i)));
    to.close();
  };
  auto receive = [](channel<owned> &from) -> task<int> {
    int sum = 0;
    while (auto item = co_await from.next())
      sum += **item;
    co_return sum;
  };
  EXPECT_EQ(std::get<1>(sync_wait(when_all(send(items), receive(items)))), 10);
}

TEST(Channel, CopiesAnLvalue) {
  channel<std::string> texts(1);
  const std::string text = "a text that needs memory of its own";
  sync_wait([](channel<std::string> &texts, const std::string &text) -> task<> {
    EXPECT_TRUE(co_await texts.send(text));
    EXPECT_EQ(co_await texts.next(), text);
    EXPECT_TRUE(texts.try_send(text));
    EXPECT_EQ(texts.try_receive(), text);
  }(texts, text));
  EXPECT_FALSE(text.empty());
}

TEST(Channel, HoldsItsProducersBack) {
  channel<int> numbers(2);
  auto producer = start(send_all(numbers, 0, 4));
  EXPECT_FALSE(producer.done());
  EXPECT_EQ(numbers.size(), 2u);
  EXPECT_EQ(numbers.try_receive(), 0);
  EXPECT_EQ(numbers.size(), 2u);
  EXPECT_FALSE(producer.done());
  EXPECT_EQ(numbers.try_receive(), 1);
  EXPECT_TRUE(producer.done());
  EXPECT_EQ(numbers.try_receive(), 2);
  EXPECT_EQ(numbers.try_receive(), 3);
  EXPECT_EQ(numbers.try_receive(), std::nullopt);
}

TEST(Channel, OfCapacityNothingWaitsForTheTaker) {
  channel<int> numbers(0);
  EXPECT_FALSE(numbers.try_send(1));
  auto producer = start(send_all(numbers, 0, 1));
  EXPECT_FALSE(producer.done());
  EXPECT_EQ(numbers.size(), 0u);
  EXPECT_EQ(numbers.try_receive(), 0);
  EXPECT_TRUE(producer.done());

  std::optional<int> item;
  auto consumer = start(receive_one(numbers, item));
  EXPECT_TRUE(numbers.try_send(2));
  EXPECT_TRUE(consumer.done());
  EXPECT_EQ(item, 2);
}

TEST(Channel, ServesFirstComeFirstServed) {
  channel<int> numbers(1);
  std::optional<int> first, second, third;
  auto a = start(receive_one(numbers, first));
  auto b = start(receive_one(numbers, second));
  EXPECT_TRUE(numbers.try_send(1));
  auto c = start(receive_one(numbers, third));
  EXPECT_TRUE(numbers.try_send(2));
  EXPECT_TRUE(numbers.try_send(3));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
  EXPECT_EQ(third, 3);

  auto x = start(send_all(numbers, 10, 12)); // 10 in the channel, 11 waits
  auto y = start(send_all(numbers, 20, 21));
  EXPECT_FALSE(numbers.try_send(30));
  EXPECT_EQ(numbers.try_receive(), 10);
  EXPECT_EQ(numbers.try_receive(), 11);
  EXPECT_EQ(numbers.try_receive(), 20);
  EXPECT_EQ(numbers.try_receive(), std::nullopt);
}

TEST(Channel, CloseLetsTheRestOut) {
  channel<int> numbers(3);
  EXPECT_TRUE(numbers.try_send(1));
  EXPECT_TRUE(numbers.try_send(2));
  EXPECT_FALSE(numbers.closed());
  numbers.close();
  EXPECT_TRUE(numbers.closed());
  EXPECT_FALSE(numbers.try_send(3));
  sync_wait([](channel<int> &numbers) -> task<> {
    EXPECT_FALSE(co_await numbers.send(4));
    EXPECT_EQ(co_await numbers.next(), 1);
    EXPECT_EQ(co_await numbers.next(), 2);
    EXPECT_EQ(co_await numbers.next(), std::nullopt);
    EXPECT_EQ(co_await numbers.next(), std::nullopt);
    EXPECT_EQ(numbers.try_receive(), std::nullopt);
  }(numbers));
}

TEST(Channel, CloseEndsThoseWhoWait) {
  channel<int> empty(1);
  std::optional<int> item = 7;
  std::vector<int> items;
  auto one = start(receive_one(empty, item));
  auto all = start(receive_all(empty, items));
  empty.close();
  EXPECT_TRUE(one.done());
  EXPECT_TRUE(all.done());
  EXPECT_EQ(item, std::nullopt);

  channel<owned> full(1);
  EXPECT_TRUE(full.try_send(std::make_unique<int>(1)));
  auto kept = std::make_unique<int>(2);
  std::optional<bool> sent;
  auto producer = start(send_owned(full, kept, sent));
  full.close();
  EXPECT_TRUE(producer.done());
  EXPECT_EQ(sent, false);
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, 2);
  EXPECT_EQ(**full.try_receive(), 1);
  EXPECT_FALSE(full.try_receive());
}

TEST(Channel, CloseWithAnErrorThrowsItToEachConsumer) {
  channel<int> numbers(1);
  EXPECT_TRUE(numbers.try_send(1));
  numbers.close(std::make_exception_ptr(std::runtime_error("failed")));
  numbers.close(); // too late
  sync_wait([](channel<int> &numbers) -> task<> {
    EXPECT_EQ(co_await numbers.next(), 1);
    EXPECT_THROW((void)co_await numbers.next(), std::runtime_error);
    EXPECT_THROW((void)co_await numbers.next(), std::runtime_error);
    EXPECT_THROW((void)numbers.try_receive(), std::runtime_error);
    EXPECT_FALSE(co_await numbers.send(2));
  }(numbers));

  channel<int> waited(0);
  std::optional<int> item;
  auto a = start(receive_one(waited, item));
  auto b = start(receive_one(waited, item));
  waited.close(std::make_exception_ptr(std::runtime_error("failed")));
  EXPECT_THROW((void)a.done(), std::runtime_error);
  EXPECT_THROW((void)b.done(), std::runtime_error);
}

TEST(Channel, TrySendKeepsWhatItCannotSend) {
  channel<owned> items(1);
  auto item = std::make_unique<int>(1);
  EXPECT_TRUE(items.try_send(std::move(item)));
  item = std::make_unique<int>(2);
  EXPECT_FALSE(items.try_send(std::move(item)));
  EXPECT_EQ(*item, 2);
  items.close();
  EXPECT_EQ(**items.try_receive(), 1);
  EXPECT_FALSE(items.try_send(std::move(item)));
  EXPECT_EQ(*item, 2);
}

TEST(Channel, AStoppedReceiveTakesNothing) {
  channel<int> numbers(1);
  async_scope scope;
  std::optional<int> never, item;
  scope.spawn(receive_one(numbers, never));
  auto patient = start(receive_one(numbers, item));
  scope.request_stop();
  EXPECT_TRUE(scope.empty());
  EXPECT_TRUE(numbers.try_send(1));
  EXPECT_TRUE(patient.done());
  EXPECT_EQ(item, 1);
  EXPECT_EQ(never, std::nullopt);
}

TEST(Channel, AStoppedSendKeepsItsItem) {
  channel<owned> items(0);
  async_scope scope;
  auto item = std::make_unique<int>(1);
  std::optional<bool> sent;
  scope.spawn([](channel<owned> &to, owned &item, std::optional<bool> &sent) -> task<> {
    EXPECT_THROW(sent = co_await to.send(std::move(item)), operation_cancelled);
  }(items, item, sent));
  scope.request_stop();
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(sent, std::nullopt);
  ASSERT_TRUE(item);
  EXPECT_EQ(*item, 1);
  EXPECT_FALSE(items.try_receive());
}

TEST(Channel, IsStoppedOnlyWhereItWaits) {
  channel<int> numbers(1);
  async_scope scope;
  scope.request_stop();
  scope.spawn([](channel<int> &numbers) -> task<> {
    EXPECT_TRUE(co_await numbers.send(1));
    EXPECT_THROW((void)co_await numbers.send(2), operation_cancelled);
    EXPECT_EQ(co_await numbers.next(), 1);
    EXPECT_THROW((void)co_await numbers.next(), operation_cancelled);
  }(numbers));
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(numbers.size(), 0u);
}

TEST(Channel, WhatWasServedBeforeTheStopCounts) {
  channel<int> numbers(0), kick(0);
  async_scope scope;
  std::optional<int> item;
  scope.spawn(receive_one(numbers, item));
  // What runs because it was served makes others run only when it suspends: time to stop them.
  auto server = start(
      [](channel<int> &kick, channel<int> &numbers, async_scope &scope, std::optional<int> &item) -> task<> {
        (void)co_await kick.next();
        EXPECT_TRUE(numbers.try_send(1));
        EXPECT_EQ(item, std::nullopt);
        scope.request_stop();
        EXPECT_EQ(item, std::nullopt);
      }(kick, numbers, scope, item));
  EXPECT_TRUE(kick.try_send(0));
  EXPECT_TRUE(server.done());
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(item, 1);
}

TEST(Channel, ACoroutineMayBeDestroyedWhileItWaits) {
  channel<int> numbers(1);
  std::optional<int> first, second, third;
  auto a = std::make_unique<running>(start(receive_one(numbers, first)));
  auto b = std::make_unique<running>(start(receive_one(numbers, second)));
  auto c = start(receive_one(numbers, third));
  b.reset();
  a.reset();
  EXPECT_TRUE(numbers.try_send(1));
  EXPECT_TRUE(c.done());
  EXPECT_EQ(third, 1);

  EXPECT_TRUE(numbers.try_send(2));
  auto x = std::make_unique<running>(start(send_all(numbers, 10, 11)));
  auto y = start(send_all(numbers, 20, 21));
  x.reset();
  EXPECT_EQ(numbers.try_receive(), 2);
  EXPECT_TRUE(y.done());
  EXPECT_EQ(numbers.try_receive(), 20);
}

TEST(Channel, ACoroutineMayBeDestroyedAfterItWasServed) {
  channel<int> numbers(0), kick(0);
  std::optional<int> first, second;
  auto doomed = std::make_unique<running>(start(receive_one(numbers, first)));
  auto other = start(receive_one(numbers, second));
  auto server =
      start([](channel<int> &kick, channel<int> &numbers, std::unique_ptr<running> &doomed) -> task<> {
        (void)co_await kick.next();
        EXPECT_TRUE(numbers.try_send(1));
        EXPECT_TRUE(numbers.try_send(2));
        doomed.reset();
      }(kick, numbers, doomed));
  EXPECT_TRUE(kick.try_send(0));
  EXPECT_TRUE(server.done());
  EXPECT_TRUE(other.done());
  EXPECT_EQ(first, std::nullopt);
  EXPECT_EQ(second, 2);
}

TEST(Channel, MayBeDestroyedByWhomItCloses) {
  auto numbers = std::make_unique<channel<int>>(1);
  std::optional<int> item;
  auto destroyer = start([](std::unique_ptr<channel<int>> &numbers) -> task<> {
    EXPECT_FALSE(co_await numbers->next());
    numbers.reset();
  }(numbers));
  auto other = start(receive_one(*numbers, item));
  numbers->close();
  EXPECT_TRUE(destroyer.done());
  EXPECT_TRUE(other.done());
}

TEST(Channel, DestroysWhatIsLeft) {
  int alive = 0;
  {
    channel<counted> items(2);
    EXPECT_TRUE(items.try_send(counted(alive)));
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

/// Throws when it is moved for the last time that is left.
struct fragile {
  explicit fragile(int moves) : moves(moves) {}
  fragile(fragile &&other) : moves(other.moves) {
    if (other.moves-- == 0)
      throw std::runtime_error("cannot be moved");
    moves = other.moves;
  }
  int moves;
};

TEST(Channel, AMoveThatThrowsReachesTheOneWhoSends) {
  channel<fragile> items(1);
  fragile broken(0);
  EXPECT_THROW((void)items.try_send(std::move(broken)), std::runtime_error);
  EXPECT_EQ(items.size(), 0u);

  EXPECT_TRUE(items.try_send(fragile(5)));
  fragile waiting(0);
  auto producer = start([](channel<fragile> &to, fragile &item) -> task<> {
    (void)co_await to.send(std::move(item));
  }(items, waiting));
  EXPECT_TRUE(items.try_receive());
  EXPECT_THROW((void)producer.done(), std::runtime_error);
  EXPECT_EQ(items.size(), 0u);

  auto consumer = start([](channel<fragile> &from) -> task<> { EXPECT_TRUE(co_await from.next()); }(items));
  fragile also_broken(0);
  EXPECT_THROW((void)items.try_send(std::move(also_broken)), std::runtime_error);
  EXPECT_FALSE(consumer.done());
  EXPECT_TRUE(items.try_send(fragile(5)));
  EXPECT_TRUE(consumer.done());
}

TEST(Channel, LongTrafficNeedsNoDeepStack) {
  for (const std::size_t capacity : {0, 1}) {
    channel<int> there(capacity), back(capacity);
    auto ping = [](channel<int> &there, channel<int> &back) -> task<> {
      for (int i = 0; i != 200'000; ++i) {
        EXPECT_TRUE(co_await there.send(i));
        EXPECT_EQ(co_await back.next(), i);
      }
      there.close();
    };
    auto pong = [](channel<int> &there, channel<int> &back) -> task<> {
      while (auto item = co_await there.next())
        EXPECT_TRUE(co_await back.send(*item));
    };
    sync_wait(when_all(ping(there, back), pong(there, back)));
  }
}

TEST(Channel, ALongLineNeedsNoDeepStack) {
  constexpr int length = 20'000;
  std::vector<std::unique_ptr<channel<int>>> links;
  std::vector<running> relays;
  for (int i = 0; i <= length; ++i)
    links.push_back(std::make_unique<channel<int>>(1));
  auto relay = [](channel<int> &from, channel<int> &to) -> task<> {
    while (auto item = co_await from.next())
      EXPECT_TRUE(co_await to.send(*item));
    to.close();
  };
  for (int i = 0; i != length; ++i)
    relays.push_back(start(relay(*links[i], *links[i + 1])));
  EXPECT_TRUE(links.front()->try_send(7));
  EXPECT_EQ(links.back()->try_receive(), 7);
  links.front()->close();
  EXPECT_TRUE(links.back()->closed());
}

} // namespace
