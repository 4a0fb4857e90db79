// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/async_generator.h"

#include "asynciter/task.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::counted;
using test_support::event;
using test_support::start;

// NOLINTBEGIN(asynciter-needless-async-generator): what is tested is the generator itself.
namespace {

void run_to_end(task<void> body) {
  auto running = start(std::move(body));
  EXPECT_TRUE(running.done());
}

async_generator<int> count_to(int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}

task<int> ready(int value) { co_return value; }

// The steps of a stream, awaited or ready as the string says: '.' is a ready item, 'a' one after a
// suspension, 't' one after awaiting a task that is ready, 'r' one after awaiting something that does not
// suspend.
async_generator<int> patterned(std::string pattern, event &awaited) {
  int index = 0;
  for (char c : pattern) {
    if (c == 'a')
      co_await awaited;
    else if (c == 't')
      (void)co_await ready(1);
    else if (c == 'r')
      co_await std::suspend_never();
    co_yield index++;
  }
}

TEST(AsyncGenerator, DeliversItemsThenEnd) {
  run_to_end([]() -> task<void> {
    auto stream = count_to(3);
    std::vector<int> items;
    while (auto item = co_await stream.next())
      items.push_back(*item);
    EXPECT_EQ(items, (std::vector{1, 2, 3}));
  }());
}

TEST(AsyncGenerator, IteratorStyle) {
  run_to_end([]() -> task<void> {
    auto stream = count_to(3);
    std::vector<int> items;
    for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it)
      items.push_back(*it);
    EXPECT_EQ(items, (std::vector{1, 2, 3}));

    auto empty = count_to(0);
    EXPECT_EQ(co_await empty.begin(), empty.end());
  }());
}

TEST(AsyncGenerator, BothStylesShareOnePosition) {
  run_to_end([]() -> task<void> {
    auto stream = count_to(4);
    auto header = co_await stream.next();
    EXPECT_EQ(header.value(), 1);
    auto it = co_await stream.begin();
    EXPECT_EQ(*it, 2);
    EXPECT_EQ(&co_await ++it, &it);
    EXPECT_EQ(*it, 3);
    EXPECT_EQ((co_await stream.next()).value(), 4);
    EXPECT_FALSE(co_await stream.next());
    EXPECT_EQ(it, stream.end());
  }());
}

TEST(AsyncGenerator, StepsAfterTheEndSayEnd) {
  run_to_end([]() -> task<void> {
    auto stream = count_to(1);
    EXPECT_TRUE(co_await stream.next());
    for (int i = 0; i < 3; ++i)
      EXPECT_FALSE(co_await stream.next());
    EXPECT_EQ(co_await stream.begin(), stream.end());
  }());
}

TEST(AsyncGenerator, StepsAfterAnAsynchronousEndSayEnd) {
  event awaited;
  auto running = start([](event &awaited) -> task<void> {
    auto stream = [](event &awaited) -> async_generator<int> {
      co_await awaited;
      co_yield 1;
      co_await awaited;
    }(awaited);
    EXPECT_TRUE(co_await stream.next());
    EXPECT_FALSE(co_await stream.next());
    EXPECT_FALSE(co_await stream.next());
  }(awaited));
  awaited.set();
  awaited.set();
  EXPECT_TRUE(running.done());
}

TEST(AsyncGenerator, MoveOnlyItemsCanBeMovedOut) {
  run_to_end([]() -> task<void> {
    auto stream = []() -> async_generator<std::unique_ptr<int>> {
      co_yield std::make_unique<int>(1);
      auto owned = std::make_unique<int>(2);
      co_yield std::move(owned);
      EXPECT_EQ(owned, nullptr);
    }();
    int sum = 0;
    while (auto item = co_await stream.next()) {
      const std::unique_ptr<int> taken = std::move(*item);
      sum += *taken;
    }
    EXPECT_EQ(sum, 3);
  }());
}

TEST(AsyncGenerator, YieldedLvaluesAreCopiedSoThatTheProducerKeepsThem) {
  run_to_end([]() -> task<void> {
    auto stream = []() -> async_generator<std::string> {
      const std::string kept = "kept";
      co_yield kept;
      std::string changed = "changed";
      co_yield changed;
      EXPECT_EQ(changed, "changed");
      co_yield "converted";
    }();
    std::vector<std::string> items;
    while (auto item = co_await stream.next())
      items.push_back(std::move(*item));
    EXPECT_EQ(items, (std::vector<std::string>{"kept", "changed", "converted"}));
  }());
}

TEST(AsyncGenerator, ReferencesAreDeliveredAsTheyAre) {
  run_to_end([]() -> task<void> {
    int value = 1;
    auto stream = [](int &value) -> async_generator<int &> {
      co_yield value;
      EXPECT_EQ(value, 2);
    }(value);
    while (auto item = co_await stream.next()) {
      EXPECT_EQ(&*item, &value);
      *item = 2;
    }
    auto constant = []() -> async_generator<const std::string &> {
      const std::string local = "local";
      co_yield local;
      co_yield "temporary";
    }();
    EXPECT_EQ((co_await constant.next()).value(), "local");
    EXPECT_EQ((co_await constant.next()).value(), "temporary");
    EXPECT_FALSE(co_await constant.next());
  }());
}

TEST(AsyncGenerator, ExceptionReachesTheStepOnceThenEnd) {
  run_to_end([]() -> task<void> {
    auto stream = []() -> async_generator<int> {
      co_yield 1;
      throw std::runtime_error("failed");
    }();
    EXPECT_EQ((co_await stream.next()).value(), 1);
    EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
    EXPECT_FALSE(co_await stream.next());
  }());
}

TEST(AsyncGenerator, ExceptionAfterASuspensionReachesTheStep) {
  event awaited;
  auto running = start([](event &awaited) -> task<void> {
    auto stream = [](event &awaited) -> async_generator<int> {
      co_await awaited;
      co_yield 1;
      co_await awaited;
      throw std::runtime_error("failed");
    }(awaited);
    auto it = co_await stream.begin();
    EXPECT_TRUE(it != stream.end() && *it == 1);
    EXPECT_THROW(co_await ++it, std::runtime_error);
    EXPECT_EQ(it, stream.end());
  }(awaited));
  awaited.set();
  awaited.set();
  EXPECT_TRUE(running.done());
}

TEST(AsyncGenerator, ExceptionThrownByAnAwaitedOperationStaysInTheBody) {
  run_to_end([]() -> task<void> {
    auto fail = []() -> task<void> {
      throw std::runtime_error("failed");
      co_return;
    };
    auto stream = [](auto fail) -> async_generator<std::string> {
      std::string message;
      try {
        co_await fail();
      } catch (const std::runtime_error &error) {
        message = error.what();
      }
      co_yield message;
    }(fail);
    EXPECT_EQ((co_await stream.next()).value(), "failed");
  }());
}

TEST(AsyncGenerator, StartsAtTheFirstStep) {
  run_to_end([]() -> task<void> {
    bool started = false;
    auto stream = [](bool &started) -> async_generator<int> {
      started = true;
      co_yield 1;
    }(started);
    EXPECT_FALSE(started);
    EXPECT_TRUE(co_await stream.next());
    EXPECT_TRUE(started);
  }());
}

TEST(AsyncGenerator, CanBeMovedBetweenSteps) {
  run_to_end([]() -> task<void> {
    auto from = count_to(3);
    EXPECT_TRUE(from.valid());
    EXPECT_EQ((co_await from.next()).value(), 1);
    auto to = std::move(from);
    EXPECT_FALSE(from.valid());
    EXPECT_EQ((co_await to.next()).value(), 2);
    from = std::move(to);
    EXPECT_EQ((co_await from.next()).value(), 3);
    EXPECT_FALSE(co_await from.next());
  }());
}

// Every mixture of ready and asynchronous items, since a step depends on how the one before it went.
TEST(AsyncGenerator, ReadyAndAsynchronousItemsMixInAnyOrder) {
  const std::string kinds = ".atr";
  for (int code = 0; code < 4 * 4 * 4 * 4 * 4; ++code) {
    std::string pattern;
    for (int rest = code, i = 0; i < 5; ++i, rest /= 4)
      pattern += kinds[static_cast<std::size_t>(rest % 4)];
    event awaited;
    std::vector<int> items;
    auto running = start([](std::string pattern, event &awaited, std::vector<int> &items) -> task<void> {
      auto stream = patterned(std::move(pattern), awaited);
      while (auto item = co_await stream.next())
        items.push_back(*item);
    }(pattern, awaited, items));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(running.done()) << pattern;
    EXPECT_EQ(items, (std::vector{0, 1, 2, 3, 4})) << pattern;
  }
}

TEST(AsyncGenerator, NestedGeneratorsPassItemsThrough) {
  event awaited;
  std::vector<int> items;
  auto running = start([](event &awaited, std::vector<int> &items) -> task<void> {
    auto outer = [](event &awaited) -> async_generator<int> {
      auto inner = patterned("a..ta", awaited);
      while (auto item = co_await inner.next())
        co_yield *item * 10;
    }(awaited);
    while (auto item = co_await outer.next())
      items.push_back(*item);
  }(awaited, items));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, (std::vector{0, 10, 20, 30, 40}));
}

TEST(AsyncGenerator, AMillionReadyItemsDoNotGrowTheStack) {
  run_to_end([]() -> task<void> {
    auto stream = count_to(1'000'000);
    long long sum = 0;
    while (auto item = co_await stream.next())
      sum += *item;
    EXPECT_EQ(sum, 500'000'500'000);
  }());
}

TEST(AsyncGenerator, AMillionReadyItemsThroughTwoGeneratorsDoNotGrowTheStack) {
  run_to_end([]() -> task<void> {
    auto outer = []() -> async_generator<int> {
      auto inner = count_to(1'000'000);
      for (auto it = co_await inner.begin(); it != inner.end(); co_await ++it)
        co_yield *it;
    }();
    long long sum = 0;
    while (auto item = co_await outer.next())
      sum += *item;
    EXPECT_EQ(sum, 500'000'500'000);
  }());
}

TEST(AsyncGenerator, AMillionItemsAfterReadyTasksDoNotGrowTheStack) {
  run_to_end([]() -> task<void> {
    auto stream = []() -> async_generator<int> {
      for (int i = 0; i < 1'000'000; ++i)
        co_yield co_await ready(1);
    }();
    int sum = 0;
    while (auto item = co_await stream.next())
      sum += *item;
    EXPECT_EQ(sum, 1'000'000);
  }());
}
TEST(AsyncGenerator, AMillionAsynchronousItemsDoNotGrowTheStack) {
  event awaited;
  int sum = 0;
  auto running = start([](event &awaited, int &sum) -> task<void> {
    auto stream = [](event &awaited) -> async_generator<int> {
      for (int i = 0; i < 1'000'000; ++i) {
        co_await awaited;
        co_yield 1;
      }
    }(awaited);
    while (auto item = co_await stream.next())
      sum += *item;
  }(awaited, sum));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(sum, 1'000'000);
}

// The consumer is destroyed at each of its suspensions in turn, and with it the producer, wherever that
// stands.
TEST(AsyncGenerator, DestroyedAtEverySuspensionDestroysAllLocals) {
  for (int suspension = 0; suspension <= 6; ++suspension) {
    event awaited;
    int alive = 0;
    {
      auto running = start([](event &awaited, int &alive) -> task<void> {
        auto stream = [](event &awaited, counted) -> async_generator<counted> {
          int alive = 0;
          counted local(alive);
          co_yield local;
          co_await awaited;
          co_yield counted(alive);
          co_await awaited;
        }(awaited, counted(alive));
        const counted local(alive);
        while (auto item = co_await stream.next())
          co_await awaited;
        co_await awaited;
      }(awaited, alive));
      for (int i = 0; i < suspension && awaited.awaited(); ++i)
        awaited.set();
      EXPECT_EQ(running.done(), suspension >= 5) << suspension;
      EXPECT_EQ(alive, suspension >= 5 ? 0 : 2) << suspension;
    }
    EXPECT_EQ(alive, 0) << suspension;
    EXPECT_FALSE(awaited.awaited()) << suspension;
  }
}

TEST(AsyncGenerator, NeverSteppedOrLeftHalfWayReleasesItsParameters) {
  int alive = 0;
  auto keep = [](counted) -> async_generator<int> {
    co_yield 1;
    co_yield 2;
  };
  (void)keep(counted(alive)); // never stepped
  EXPECT_EQ(alive, 0);
  run_to_end([](auto keep, int &alive) -> task<void> {
    auto stream = keep(counted(alive));
    EXPECT_TRUE(co_await stream.next());
    stream = async_generator<int>();
    EXPECT_EQ(alive, 0);
  }(keep, alive));
}

// Every mixture of the two spellings and of ready and asynchronous items.
TEST(AsyncGenerator, BothStylesMixInAnyOrder) {
  for (int code = 0; code < 64; ++code) {
    event awaited;
    std::vector<int> items;
    auto running = start([](int code, event &awaited, std::vector<int> &items) -> task<void> {
      auto stream = patterned("a.ta..", awaited);
      auto it = co_await stream.begin();
      items.push_back(*it);
      for (int i = 0; i < 5; ++i) {
        if (code >> i & 1) {
          EXPECT_EQ(&co_await ++it, &it);
          items.push_back(*it);
        } else {
          auto item = co_await stream.next();
          items.push_back(item.value());
          EXPECT_EQ(&*it, &*item);
        }
      }
      if (code >> 5 & 1)
        co_await ++it;
      else
        EXPECT_FALSE(co_await stream.next());
      EXPECT_EQ(it, stream.end());
    }(code, awaited, items));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(running.done()) << code;
    EXPECT_EQ(items, (std::vector{0, 1, 2, 3, 4, 5})) << code;
  }
}

TEST(AsyncGenerator, ItemsMayBeOfTypesWithoutCopiesMovesOrDefaults) {
  struct pinned {
    explicit pinned(int value) : value(value) {}
    pinned(const pinned &) = delete;
    pinned &operator=(const pinned &) = delete;
    int value;
  };
  run_to_end([]() -> task<void> {
    auto stream = []() -> async_generator<pinned> {
      co_yield pinned(1);
      pinned local(2);
      co_yield std::move(local);
    }();
    EXPECT_EQ((co_await stream.next()).value().value, 1);
    EXPECT_EQ((co_await stream.next()).value().value, 2);
    EXPECT_FALSE(co_await stream.next());
    auto rvalues = []() -> async_generator<std::string &&> {
      std::string local = "given";
      co_yield std::move(local);
      EXPECT_TRUE(local.empty());
    }();
    auto item = co_await rvalues.next();
    const std::string taken = std::move(item.value());
    EXPECT_EQ(taken, "given");
    EXPECT_FALSE(co_await rvalues.next());
  }());
}

TEST(AsyncGenerator, AnItemWhoseCopyThrowsIsAnExceptionInTheBody) {
  struct throwing {
    throwing() = default;
    throwing(const throwing &) { throw std::runtime_error("copy"); }
  };
  run_to_end([]() -> task<void> {
    auto stream = []() -> async_generator<throwing> {
      const throwing local;
      bool failed = false;
      try {
        co_yield local;
      } catch (const std::runtime_error &) {
        failed = true;
      }
      EXPECT_TRUE(failed);
      co_yield throwing();
    }();
    EXPECT_TRUE(co_await stream.next());
    EXPECT_FALSE(co_await stream.next());
  }());
}

TEST(AsyncGenerator, ExceptionInEachModeOfAStep) {
  for (const std::string pattern : {"", ".", "a", "t", "a.", "at", "ta", "..", "aa"})
    for (const bool last_waits : {false, true}) {
      event awaited;
      auto running = start([](std::string pattern, bool last_waits, event &awaited) -> task<void> {
        auto stream = [](std::string pattern, bool last_waits, event &awaited) -> async_generator<int> {
          co_yield elements_of(patterned(pattern, awaited));
          if (last_waits)
            co_await awaited;
          throw std::runtime_error("failed");
        }(pattern, last_waits, awaited);
        for (std::size_t i = 0; i < pattern.size(); ++i)
          EXPECT_TRUE(co_await stream.next());
        EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
        for (int i = 0; i < 2; ++i)
          EXPECT_FALSE(co_await stream.next());
      }(pattern, last_waits, awaited));
      while (awaited.awaited())
        awaited.set();
      EXPECT_TRUE(running.done()) << pattern;
    }
}

// An operation may resume whoever awaits it before its `await_suspend` returns.
TEST(AsyncGenerator, OperationsThatResumeAtOnce) {
  struct at_once {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const { waiting.resume(); }
    void await_resume() const noexcept {}
  };
  run_to_end([]() -> task<void> {
    auto stream = []() -> async_generator<int> {
      at_once operation;
      for (int i = 0; i < 100; ++i) {
        if (i % 3 != 0)
          co_await operation;
        co_yield i;
      }
    }();
    int items = 0;
    while (auto item = co_await stream.next())
      EXPECT_EQ(*item, items++);
    EXPECT_EQ(items, 100);
  }());
}

// An operation's `await_suspend` may go on with something else after it has let the producer go. That
// producer may by then be a step further, on another thread, and come back to this one.
TEST(AsyncGenerator, AnOperationThatDoesOtherThingsBeforeItReturns) {
  struct busy {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const {
      event &comes_back = this->comes_back; // this may be gone afterwards
      std::thread([waiting] { waiting.resume(); }).join();
      ASSERT_TRUE(comes_back.awaited());
      comes_back.set();
    }
    void await_resume() const noexcept {}
    event &comes_back;
  };
  for (const bool through_child : {false, true}) {
    event first, second;
    std::vector<int> items;
    auto running =
        start([](event &first, event &second, bool through_child, std::vector<int> &items) -> task<void> {
          auto producer = [](event &first, event &second) -> async_generator<int> {
            co_await first;
            co_yield 1;
            busy operation{second};
            co_await operation;
            co_yield 2;
            co_await second;
            co_yield 3;
            co_yield 4;
          };
          auto parent = [producer](event &first, event &second) -> async_generator<int> {
            co_yield elements_of(producer(first, second));
          };
          auto stream = through_child ? parent(first, second) : producer(first, second);
          auto item = co_await stream.next();
          items.push_back(item.value());
          item = co_await stream.next();
          items.push_back(item.value());
          item = co_await stream.next();
          items.push_back(item.value());
          item = co_await stream.next();
          items.push_back(item.value());
          EXPECT_FALSE(co_await stream.next());
        }(first, second, through_child, items));
    first.set();
    EXPECT_TRUE(running.done());
    EXPECT_EQ(items, (std::vector{1, 2, 3, 4}));
  }
}

TEST(AsyncGenerator, SwapExchangesStreams) {
  run_to_end([]() -> task<void> {
    auto first = count_to(1), second = count_to(2);
    EXPECT_EQ((co_await second.next()).value(), 1);
    first.swap(second);
    EXPECT_EQ((co_await first.next()).value(), 2);
    EXPECT_EQ((co_await second.next()).value(), 1);
  }());
}

#ifndef NDEBUG
TEST(AsyncGeneratorDeathTest, OverlappingStepsAreAsserted) {
  EXPECT_DEATH(
      {
        event awaited;
        auto stream = patterned("a", awaited);
        auto step = [](async_generator<int> &stream) -> task<void> { (void)co_await stream.next(); };
        auto first = start(step(stream));
        auto second = start(step(stream));
      },
      "another one of the same stream is pending");
}

TEST(AsyncGeneratorDeathTest, DestructionDuringAStepIsAsserted) {
  EXPECT_DEATH(
      {
        event awaited;
        auto stream = patterned("a", awaited);
        auto step = [](async_generator<int> &stream) -> task<void> { (void)co_await stream.next(); };
        auto pending = start(step(stream));
        stream = async_generator<int>();
      },
      "destroyed while a step is pending");
}

TEST(AsyncGeneratorDeathTest, ReadingAtTheEndIsAsserted) {
  EXPECT_DEATH(
      {
        auto running = start([]() -> task<void> {
          auto stream = count_to(0);
          auto it = co_await stream.begin();
          // NOLINTNEXTLINE(asynciter-unchecked-end): this is what is refused.
          (void)*it;
        }());
      },
      "iterator at the end");
}

TEST(AsyncGeneratorDeathTest, ReadingAStepAtTheEndIsAsserted) {
  EXPECT_DEATH(
      {
        auto running = start([]() -> task<void> {
          auto stream = count_to(0);
          auto item = co_await stream.next();
          // NOLINTNEXTLINE(asynciter-unchecked-end): this is what is refused.
          (void)*item;
        }());
      },
      "said end");
}

TEST(AsyncGeneratorDeathTest, SteppingAfterAnAbandonedStepIsAsserted) {
  EXPECT_DEATH(
      {
        event awaited;
        auto stream = patterned("a", awaited);
        auto step = [](async_generator<int> &stream) -> task<void> { (void)co_await stream.next(); };
        {
          auto abandoned = start(step(stream));
        }
        auto second = start(step(stream));
      },
      "whose last consumer was destroyed in a step");
}

TEST(AsyncGeneratorDeathTest, SteppingNothingIsAsserted) {
  EXPECT_DEATH((void)async_generator<int>().next(), "without a coroutine was stepped");
}
#endif

} // namespace
// NOLINTEND(asynciter-needless-async-generator)
