// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is special about each way to hand over to a child. That all of them deliver the right items in the
// right order, however they are nested and whatever suspends, is in destroy_everywhere_test.cpp.
#include "asynciter/async_generator.h"

#include "asynciter/cleanup.h"
#include "asynciter/task.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <array>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::counted;
using test_support::event;
using test_support::start;

namespace {

async_generator<int> count_to(int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}

async_generator<int> count_waiting(int last, event &awaited) {
  for (int i = 1; i <= last; ++i) {
    co_await awaited;
    co_yield i;
  }
}

async_generator<int> nest(int depth, int last) {
  if (depth == 0)
    co_yield elements_of(count_to(last));
  else
    co_yield elements_of(nest(depth - 1, last));
}

template <class T> task<void> collect(async_generator<T> items, std::vector<std::decay_t<T>> &into) {
  while (auto item = co_await items.next())
    into.push_back(std::move(*item));
}

template <class T> std::vector<std::decay_t<T>> all_of(async_generator<T> items) {
  std::vector<std::decay_t<T>> result;
  auto running = start(collect(std::move(items), result));
  EXPECT_TRUE(running.done());
  return result;
}

TEST(ElementsOf, TakesTemporariesVariablesAndStreamsOfOtherTypes) {
  auto outer = []() -> async_generator<long> {
    co_yield elements_of(count_to(2));
    auto borrowed = count_to(2);
    co_yield elements_of(borrowed);
    auto same_type = []() -> async_generator<long> { co_yield 7; }();
    co_yield elements_of(same_type);
    co_yield elements_of(std::move(same_type)); // at its end
  };
  EXPECT_EQ(all_of(outer()), (std::vector<long>{1, 2, 1, 2, 7}));
}

TEST(ElementsOf, TakesSyncRanges) {
  auto outer = []() -> async_generator<std::string> {
    const std::array<std::string, 2> constant{"a", "b"};
    co_yield elements_of(constant);
    std::list<std::string> changed{"c"};
    co_yield elements_of(changed);
    EXPECT_EQ(changed.front(), "c");
    std::vector<std::string> given{"d", "e"}; // a list inside of the co_yield is too much for GCC 12
    co_yield elements_of(std::move(given));
    std::array<const char *, 1> converted{"f"};
    co_yield elements_of(std::move(converted));
  };
  EXPECT_EQ(all_of(outer()), (std::vector<std::string>{"a", "b", "c", "d", "e", "f"}));
}

// A stream with nothing but next(), and one that gives std::optional.
TEST(ElementsOf, TakesHandWrittenStreams) {
  struct [[nodiscard]] countdown {
    int left;
    task<std::optional<int>> next() {
      if (left == 0)
        co_return std::nullopt;
      co_return left--;
    }
  };
  auto outer = []() -> async_generator<int> {
    co_yield elements_of(countdown{2});
    countdown variable{3};
    co_yield elements_of(variable);
    EXPECT_EQ(variable.left, 0);
  };
  EXPECT_EQ(all_of(outer()), (std::vector{2, 1, 3, 2, 1}));
}

TEST(ElementsOf, MoveOnlyItemsAndReferencesPassThrough) {
  auto owned = []() -> async_generator<std::unique_ptr<int>> {
    auto inner = []() -> async_generator<std::unique_ptr<int>> { co_yield std::make_unique<int>(1); };
    co_yield elements_of(inner());
    auto again = inner();
    co_yield elements_of(again);
  };
  EXPECT_EQ(all_of(owned()).size(), 2u);

  int value = 0;
  auto running = start([](int &value) -> task<void> {
    auto outer = [](int &value) -> async_generator<int &> {
      auto inner = [](int &value) -> async_generator<int &> { co_yield value; };
      co_yield elements_of(inner(value));
      std::vector<std::reference_wrapper<int>> range{value};
      co_yield elements_of(range);
    }(value);
    while (auto item = co_await outer.next()) {
      EXPECT_EQ(&*item, &value);
      ++*item;
    }
  }(value));
  EXPECT_TRUE(running.done());
  EXPECT_EQ(value, 2);
}

TEST(ElementsOf, EmptyChildrenInALoop) {
  auto outer = []() -> async_generator<int> {
    for (int i = 0; i < 100; ++i)
      co_yield elements_of(count_to(i % 50 == 49 ? 1 : 0));
  };
  EXPECT_EQ(all_of(outer()), (std::vector{1, 1}));
}

TEST(ElementsOf, DepthDoesNotMatter) {
  for (int depth : {0, 1, 10, 1000})
    EXPECT_EQ(all_of(nest(depth, 3)), (std::vector{1, 2, 3})) << depth;
}

TEST(ElementsOf, ExceptionsPassThroughEachLevelOnce) {
  auto levels = [](auto self, int depth, int &passed) -> async_generator<int> {
    if (depth == 0) {
      co_yield 1;
      throw std::runtime_error("inner");
    }
    try {
      co_yield elements_of(self(self, depth - 1, passed));
    } catch (const std::runtime_error &) {
      ++passed;
      throw;
    }
  };
  int passed = 0;
  auto running = start([](auto levels, int &passed) -> task<void> {
    auto items = levels(levels, 20, passed);
    EXPECT_TRUE(co_await items.next());
    EXPECT_THROW((void)co_await items.next(), std::runtime_error);
    EXPECT_FALSE(co_await items.next());
  }(levels, passed));
  EXPECT_TRUE(running.done());
  EXPECT_EQ(passed, 20);
}

TEST(ElementsOf, AnOuterGeneratorGoesOnAfterItCaughtAChildsException) {
  for (const bool waits : {false, true}) {
    event awaited;
    std::vector<int> items;
    auto outer = [](bool waits, event &awaited) -> async_generator<int> {
      auto failing = [](bool waits, event &awaited) -> async_generator<int> {
        co_yield 1;
        if (waits)
          co_await awaited;
        throw std::runtime_error("failed");
      };
      bool failed = false;
      try {
        co_yield elements_of(failing(waits, awaited));
      } catch (const std::runtime_error &) {
        failed = true;
      }
      EXPECT_TRUE(failed);
      co_yield elements_of(count_waiting(1, awaited));
      co_yield 9;
    };
    auto running = start(collect(outer(waits, awaited), items));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(running.done());
    EXPECT_EQ(items, (std::vector{1, 1, 9}));
  }
}

// A generator that was lent can be stepped on, whatever became of the one that it delivered for.

task<void> step_lent(int depth, event &awaited, bool waits, int &alive) {
  auto deep = [](int depth, event &awaited, bool waits, counted) -> async_generator<int> {
    auto self = [](auto self, int depth, event &awaited, bool waits) -> async_generator<int> {
      if (depth > 0)
        co_yield elements_of(self(self, depth - 1, awaited, waits));
      else if (waits)
        co_yield elements_of(count_waiting(4, awaited));
      else
        co_yield elements_of(count_to(4));
    };
    co_yield elements_of(self(self, depth, awaited, waits));
    co_yield 5;
  };
  auto lent = deep(depth, awaited, waits, counted(alive));
  {
    auto outer = [](async_generator<int> &lent) -> async_generator<int> { co_yield elements_of(lent); }(lent);
    EXPECT_EQ((co_await outer.next()).value(), 1);
    EXPECT_EQ((co_await outer.next()).value(), 2);
  }
  EXPECT_EQ((co_await lent.next()).value(), 3);
  {
    auto outer = [](async_generator<int> &lent) -> async_generator<int> {
      auto inner = [](async_generator<int> &lent) -> async_generator<int> { co_yield elements_of(lent); };
      co_yield elements_of(inner(lent));
    }(lent);
    EXPECT_EQ((co_await outer.next()).value(), 4);
    co_await outer.close();
    EXPECT_FALSE(co_await outer.next());
  }
  EXPECT_EQ((co_await lent.next()).value(), 5);
  EXPECT_FALSE(co_await lent.next());
}

TEST(ElementsOf, ALentGeneratorSurvivesItsBorrower) {
  for (const int depth : {0, 1, 5})
    for (const bool waits : {false, true}) {
      event awaited;
      int alive = 0;
      {
        auto running = start(step_lent(depth, awaited, waits, alive));
        while (awaited.awaited())
          awaited.set();
        EXPECT_TRUE(running.done());
      }
      EXPECT_EQ(alive, 0);
    }
}

async_generator<int> lend_on(async_generator<int> &lent) { co_yield elements_of(lent); }
async_generator<int> give_on(async_generator<int> &given) { co_yield elements_of(std::move(given)); }

/// Closes a generator that gave its place to one which borrows, and which lives on.
task<void> step_lent_by_given(int depth, event &awaited, bool waits) {
  auto lent = waits ? count_waiting(4, awaited) : count_to(4);
  std::list<async_generator<int>> given;
  given.push_back(lend_on(lent));
  for (int i = 0; i < depth; ++i)
    given.push_back(give_on(given.back()));
  {
    auto outer = give_on(given.back());
    EXPECT_EQ((co_await outer.next()).value(), 1);
    co_await outer.close();
  }
  EXPECT_EQ((co_await lent.next()).value(), 2);
  {
    auto other = lend_on(lent);
    EXPECT_EQ((co_await other.next()).value(), 3);
    given.clear(); // has no say any more in what was lent to it
    EXPECT_EQ((co_await other.next()).value(), 4);
    EXPECT_FALSE(co_await other.next());
  }
  EXPECT_FALSE(co_await lent.next());
}

TEST(ElementsOf, ALentGeneratorSurvivesTheEndOfOneThatWasGivenAway) {
  for (const int depth : {0, 1, 3})
    for (const bool waits : {false, true}) {
      event awaited;
      auto running = start(step_lent_by_given(depth, awaited, waits));
      while (awaited.awaited())
        awaited.set();
      EXPECT_TRUE(running.done());
    }
}

TEST(ElementsOf, WhatWasClosedDoesNotTouchWhatItDelivered) {
  auto running = start([]() -> task<void> {
    std::optional lent = count_to(2);
    std::optional inner = lend_on(*lent);
    std::optional middle = give_on(*inner);
    auto outer = give_on(*middle);
    EXPECT_EQ((co_await outer.next()).value(), 1);
    co_await outer.close();
    lent.reset();
    inner.reset();
    middle.reset();
  }());
  EXPECT_TRUE(running.done());
}

TEST(ElementsOf, ALentGeneratorThatEndedSaysEnd) {
  for (const bool waits : {false, true}) {
    event awaited;
    auto running = start([](event &awaited, bool waits) -> task<void> {
      auto lent = waits ? count_waiting(2, awaited) : count_to(2);
      auto before = co_await lent.begin();
      auto outer = [](async_generator<int> &lent) -> async_generator<int> {
        co_yield elements_of(lent);
        EXPECT_FALSE(co_await lent.next());
        co_yield elements_of(lent);
      }(lent);
      EXPECT_EQ((co_await outer.next()).value(), 2);
      EXPECT_FALSE(co_await outer.next());
      EXPECT_FALSE(co_await lent.next());
      EXPECT_EQ(before, lent.end());
      co_await lent.close();
    }(awaited, waits));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(running.done());
  }
}

TEST(ElementsOf, ALentGeneratorThatFailedSaysEnd) {
  auto running = start([]() -> task<void> {
    auto lent = []() -> async_generator<int> {
      co_yield 1;
      throw std::runtime_error("failed");
    }();
    auto outer = [](async_generator<int> &lent) -> async_generator<int> { co_yield elements_of(lent); }(lent);
    EXPECT_TRUE(co_await outer.next());
    EXPECT_THROW((void)co_await outer.next(), std::runtime_error);
    EXPECT_FALSE(co_await lent.next());
  }());
  EXPECT_TRUE(running.done());
}

// Closing.

async_generator<int> cleaning(std::string name, std::vector<std::string> &log, event *awaited = nullptr) {
  auto clean = [&log, awaited](std::string &name) -> task<void> {
    if (awaited)
      co_await *awaited;
    log.push_back(name);
  };
  auto registered = on_exit(clean, name);
  auto &mine = co_await std::move(registered);
  EXPECT_EQ(mine, name);
  co_yield 1;
  co_yield 2;
}

// The same as a stream of another type.
async_generator<long> cleaning_long(std::string name, std::vector<std::string> &log) {
  co_yield elements_of(cleaning(name, log));
}

using log_t = std::vector<std::string>;

template <class Make> log_t log_of_closing(Make make) {
  log_t log;
  auto running = start([](auto make, log_t &log) -> task<void> {
    auto items = make(log);
    EXPECT_TRUE(co_await items.next());
    co_await items.close();
    EXPECT_FALSE(co_await items.next());
  }(make, log));
  EXPECT_TRUE(running.done());
  return log;
}

TEST(ElementsOf, ClosingClosesWhatWasGivenAway) {
  EXPECT_EQ(log_of_closing([](log_t &log) -> async_generator<int> {
              auto clean = [&log]() -> task<void> {
                log.push_back("outer");
                co_return;
              };
              auto registered = on_exit(clean);
              co_await std::move(registered);
              co_yield elements_of(cleaning("inner", log));
            }),
            (log_t{"inner", "outer"}));
  EXPECT_EQ(log_of_closing([](log_t &log) -> async_generator<int> {
              auto inner = cleaning("moved", log);
              co_yield elements_of(std::move(inner));
            }),
            log_t{"moved"});
  EXPECT_EQ(log_of_closing([](log_t &log) -> async_generator<int> {
              auto middle = [](log_t &log) -> async_generator<int> {
                co_yield elements_of(cleaning("deep", log));
              };
              co_yield elements_of(middle(log));
            }),
            log_t{"deep"});
  EXPECT_EQ(log_of_closing([](log_t &log) -> async_generator<int> {
              co_yield elements_of(cleaning_long("other type", log));
            }),
            log_t{"other type"});
  EXPECT_EQ(log_of_closing([](log_t &log) -> async_generator<int> {
              auto inner = cleaning_long("moved other type", log);
              co_yield elements_of(std::move(inner));
            }),
            log_t{"moved other type"});
}

async_generator<int> nest_cleaning(int depth, std::vector<int> &log) {
  auto clean = [&log, depth]() -> task<void> {
    log.push_back(depth);
    co_return;
  };
  auto registered = on_exit(clean);
  co_await std::move(registered);
  if (depth % 2)
    co_yield depth;
  if (depth < 2000)
    co_yield elements_of(nest_cleaning(depth + 1, log));
}

TEST(ElementsOf, ClosingADeepNestCleansUpFromInside) {
  std::vector<int> log;
  auto running = start([](std::vector<int> &log) -> task<void> {
    auto items = nest_cleaning(0, log);
    for (int depth = 1; depth < 1000; depth += 2)
      EXPECT_EQ((co_await items.next()).value(), depth);
    co_await items.close();
    EXPECT_FALSE(co_await items.next());
  }(log));
  EXPECT_TRUE(running.done());
  ASSERT_EQ(log.size(), 1000U);
  for (int at = 0; at < 1000; ++at)
    EXPECT_EQ(log[at], 999 - at);
}

// It needs no walk to those inside.
TEST(ElementsOf, WhatWasGivenAwayEndsWithTheOneItWasGivenTo) {
  auto running = start([]() -> task<void> {
    auto inner = nest(3, 3);
    {
      auto outer = [](async_generator<int> &inner) -> async_generator<int> {
        co_yield elements_of(std::move(inner));
      }(inner);
      EXPECT_EQ((co_await outer.next()).value(), 1);
    }
    // NOLINTNEXTLINE(bugprone-use-after-move): all that may be done with it
    co_await inner.close();
  }());
  EXPECT_TRUE(running.done());
}

TEST(ElementsOf, ClosingLeavesWhatWasBorrowedToItsOwner) {
  EXPECT_EQ(log_of_closing([](log_t &log) -> async_generator<int> {
              auto inner = cleaning("borrowed", log);
              co_yield elements_of(inner);
            }),
            log_t{});
  EXPECT_EQ(log_of_closing([](log_t &log) -> async_generator<int> {
              auto inner = cleaning_long("borrowed other type", log);
              co_yield elements_of(inner);
            }),
            log_t{});
}

// Closing may be done while nobody waits for the child any more.
TEST(ElementsOf, ClosingWaitsForTheCleanupOfChildren) {
  event awaited;
  log_t log;
  auto running = start([](event &awaited, log_t &log) -> task<void> {
    auto outer = [](event &awaited, log_t &log) -> async_generator<int> {
      co_yield elements_of(cleaning("inner", log, &awaited));
    }(awaited, log);
    EXPECT_TRUE(co_await outer.next());
    co_await outer.close();
    log.push_back("closed");
  }(awaited, log));
  EXPECT_TRUE(awaited.awaited());
  EXPECT_EQ(log, log_t{});
  awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(log, (log_t{"inner", "closed"}));
}

#ifndef NDEBUG
template <class Body> void run(Body body) { auto running = start(body()); }

TEST(ElementsOfDeathTest, SteppingWhatDeliversForAnotherOneIsAsserted) {
  EXPECT_DEATH(run([]() -> task<void> {
                 auto lent = count_to(3);
                 auto outer = [](auto &lent) -> async_generator<int> { co_yield elements_of(lent); }(lent);
                 (void)co_await outer.next();
                 (void)co_await lent.next();
               }),
               "while it delivers for another one");
}

TEST(ElementsOfDeathTest, ClosingWhatDeliversForAnotherOneIsAsserted) {
  EXPECT_DEATH(run([]() -> task<void> {
                 auto lent = count_to(3);
                 auto outer = [](auto &lent) -> async_generator<int> { co_yield elements_of(lent); }(lent);
                 (void)co_await outer.next();
                 co_await lent.close();
               }),
               "closed while it delivers for another one");
}

TEST(ElementsOfDeathTest, DestroyingWhatDeliversForAnotherOneIsAsserted) {
  EXPECT_DEATH(run([]() -> task<void> {
                 auto lent = std::make_optional(count_to(3));
                 auto outer = [](auto &lent) -> async_generator<int> { co_yield elements_of(*lent); }(lent);
                 (void)co_await outer.next();
                 lent.reset();
               }),
               "destroyed while it delivers for another");
}

TEST(ElementsOfDeathTest, SteppingWhatWasGivenAwayIsAsserted) {
  EXPECT_DEATH(run([]() -> task<void> {
                 auto given = count_to(3);
                 auto outer = [](auto &given) -> async_generator<int> {
                   co_yield elements_of(std::move(given));
                 }(given);
                 while (co_await outer.next()) {
                 }
                 (void)co_await given.next();
               }),
               "after it was given away to elements_of");
}

TEST(ElementsOfDeathTest, AGeneratorWithoutACoroutineIsAsserted) {
  EXPECT_DEATH(run([]() -> task<void> {
                 auto outer = []() -> async_generator<int> {
                   co_yield elements_of(async_generator<int>());
                 }();
                 (void)co_await outer.next();
               }),
               "without a coroutine was given to elements_of");
}
#endif

} // namespace
