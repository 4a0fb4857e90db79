// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/timeout.h"

#include "asynciter/async_scope.h"
#include "asynciter/channel.h"
#include "asynciter/collect.h"
#include "asynciter/take.h"
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

/// Sleeps end when the test says so.
class hand_clock {
public:
  task<> sleep() {
    ++sleeping_;
    try {
      (void)co_await ticks_.next();
    } catch (const operation_cancelled &) {
      --sleeping_;
      throw;
    }
    --sleeping_;
  }
  void tick() { EXPECT_TRUE(ticks_.try_send(0)); }
  int sleeping() const { return sleeping_; }

private:
  channel<int> ticks_{0};
  int sleeping_ = 0;
};

auto sleep_by(hand_clock &clock) {
  return [&clock] { return clock.sleep(); };
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

template <class S> task<> read_all(S stream, ints &items, std::string &how) {
  try {
    while (auto item = co_await stream.next())
      items.push_back(*item);
    how += "end";
  } catch (const timed_out &) {
    how += "timed out";
  } catch (const operation_cancelled &) {
    how += "cancelled";
  } catch (const std::runtime_error &) {
    how += "failed";
  }
  EXPECT_FALSE(co_await stream.next());
}

TEST(Timeout, ReadyItemsNeverSleep) {
  hand_clock clock;
  EXPECT_EQ(all(numbers(3) | timeout(sleep_by(clock))), (ints{0, 1, 2}));
  EXPECT_EQ(all(timeout(foreign_numbers(2), sleep_by(clock))), (ints{0, 1}));
  sync_wait([](hand_clock &clock) -> task<> {
    auto owned = owned_numbers(2) | timeout(sleep_by(clock)) | drop(1);
    auto item = co_await owned.next();
    const std::unique_ptr<int> taken = std::move(item.value());
    EXPECT_EQ(*taken, 1);
  }(clock));
}

TEST(Timeout, ItemsInTimePass) {
  hand_clock clock;
  channel<int> queue(1);
  std::string log;
  ints items;
  auto running = start(read_all(received(queue, log) | timeout(sleep_by(clock)), items, log));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(clock.sleeping(), 1);
    EXPECT_TRUE(queue.try_send(i));
  }
  queue.close();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, (ints{0, 1, 2}));
  EXPECT_EQ(log, "closed end");
  EXPECT_EQ(clock.sleeping(), 0);
}

TEST(Timeout, AnItemThatIsLateThrows) {
  hand_clock clock;
  channel<int> queue(1);
  std::string log;
  ints items;
  auto running = start(read_all(received(queue, log) | timeout(sleep_by(clock)), items, log));
  EXPECT_TRUE(queue.try_send(0));
  clock.tick();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, (ints{0}));
  EXPECT_EQ(log, "closed timed out");
  EXPECT_STREQ(timed_out().what(), "asynciter: an item took too long");
}

TEST(Timeout, ExceptionsAndStopsPass) {
  hand_clock clock;
  ints items;
  std::string log;
  sync_wait(read_all(failing_numbers(1) | timeout(sleep_by(clock)), items, log));
  EXPECT_EQ(log, "failed");

  channel<int> queue(1);
  log.clear();
  async_scope scope;
  scope.spawn(read_all(received(queue, log) | timeout(sleep_by(clock)), items, log));
  EXPECT_EQ(clock.sleeping(), 1);
  scope.request_stop();
  EXPECT_EQ(log, "closed cancelled");
  EXPECT_EQ(clock.sleeping(), 0);
  sync_wait(scope.join());
}

TEST(Timeout, ClosesWhatItOwns) {
  hand_clock clock;
  std::string log;
  sync_wait([](hand_clock &clock, std::string &log) -> task<> {
    auto stream = cleaning_numbers(log) | timeout(sleep_by(clock));
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
    EXPECT_EQ(log, "closed ");
  }(clock, log));
}

TEST(Timeout, IsDestroyedAtEachSuspension) {
  hand_clock clock;
  EXPECT_EQ(destroy_at_each_suspension([&clock](event &awaited, int &alive) -> task<> {
              auto stream = awaited_numbers(3, awaited) | timeout(sleep_by(clock));
              while (co_await stream.next())
                counted in_the_loop(alive);
            }),
            4);
}

TEST(Debounce, OnlyTheLastOfABurst) {
  hand_clock clock;
  channel<int> queue(9);
  std::string log;
  ints items;
  auto running = start(read_all(received(queue, log) | debounce(sleep_by(clock)), items, log));
  EXPECT_EQ(clock.sleeping(), 0);
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(queue.try_send(i));
  EXPECT_EQ(items, ints());
  EXPECT_EQ(clock.sleeping(), 1);
  clock.tick();
  EXPECT_EQ(items, (ints{2}));
  EXPECT_EQ(clock.sleeping(), 0);
  EXPECT_TRUE(queue.try_send(3));
  clock.tick();
  EXPECT_EQ(items, (ints{2, 3}));
  EXPECT_TRUE(queue.try_send(4));
  EXPECT_TRUE(queue.try_send(5));
  queue.close(); // the last one need not wait
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, (ints{2, 3, 5}));
  EXPECT_EQ(log, "closed end");
  EXPECT_EQ(clock.sleeping(), 0);
}

TEST(Debounce, OfReadyItemsTheLast) {
  hand_clock clock;
  EXPECT_EQ(all(numbers(5) | debounce(sleep_by(clock))), (ints{4}));
  EXPECT_EQ(all(debounce(foreign_numbers(0), sleep_by(clock))), ints());
  sync_wait([](hand_clock &clock) -> task<> {
    auto owned = owned_numbers(3) | debounce(sleep_by(clock));
    auto item = co_await owned.next();
    const std::unique_ptr<int> taken = std::move(item.value());
    EXPECT_EQ(*taken, 2);
  }(clock));
}

TEST(Debounce, ExceptionsAndStopsPass) {
  hand_clock clock;
  ints items;
  std::string log;
  sync_wait(read_all(failing_numbers(2) | debounce(sleep_by(clock)), items, log));
  EXPECT_EQ(log, "failed");
  EXPECT_EQ(items, ints{1}); // which no other one followed

  channel<int> queue(1);
  for (bool sleeping : {false, true}) {
    log.clear();
    async_scope scope;
    scope.spawn(read_all(received(queue, log) | debounce(sleep_by(clock)), items, log));
    if (sleeping) {
      EXPECT_TRUE(queue.try_send(1));
    }
    EXPECT_EQ(clock.sleeping(), sleeping);
    scope.request_stop();
    EXPECT_EQ(log, "closed cancelled");
    EXPECT_EQ(clock.sleeping(), 0);
    sync_wait(scope.join());
  }
}

// What comes at the moment at which the time is up is no part of the race: it comes next.
TEST(Debounce, LosesNothingThatComesWhenTheTimeIsUp) {
  for (const bool fails : {false, true})
    for (const bool late : {false, true}) {
      hand_clock clock;
      channel<int> queue(1), go(1);
      std::string log;
      ints items;
      auto both = [](auto &clock, auto &queue, auto &go, bool fails, bool late) -> task<> {
        (void)co_await go.next(); // what it makes ready has to wait for its end
        if (late)
          clock.tick();
        if (fails)
          queue.close(std::make_exception_ptr(std::runtime_error("no more")));
        else
          EXPECT_TRUE(queue.try_send(2));
        if (!late)
          clock.tick();
      };
      auto running = start(read_all(received(queue, log) | debounce(sleep_by(clock)), items, log));
      EXPECT_TRUE(queue.try_send(1));
      auto events = start(both(clock, queue, go, fails, late));
      EXPECT_TRUE(go.try_send(0));
      EXPECT_TRUE(events.done());
      EXPECT_EQ(items, (ints{1}));
      if (!fails) {
        clock.tick();
        EXPECT_EQ(items, (ints{1, 2}));
        queue.close();
      }
      EXPECT_TRUE(running.done());
      EXPECT_EQ(log, fails ? "closed failed" : "closed end");
    }
}

TEST(Debounce, ClosesWhatItOwns) {
  hand_clock clock;
  channel<int> queue(1);
  std::string log;
  auto running = start([](hand_clock &clock, auto &queue, std::string &log) -> task<> {
    auto stream = received(queue, log) | debounce(sleep_by(clock));
    EXPECT_EQ(item_in(co_await stream.next()), 1);
    co_await stream.close();
    EXPECT_EQ(log, "closed ");
  }(clock, queue, log));
  EXPECT_TRUE(queue.try_send(1));
  clock.tick();
  EXPECT_TRUE(running.done());
}

TEST(Debounce, IsDestroyedAtEachSuspension) {
  hand_clock clock;
  EXPECT_EQ(destroy_at_each_suspension([&clock](event &awaited, int &alive) -> task<> {
              auto stream = awaited_numbers(3, awaited) | debounce(sleep_by(clock));
              while (co_await stream.next())
                counted in_the_loop(alive);
            }),
            4);
}

} // namespace
