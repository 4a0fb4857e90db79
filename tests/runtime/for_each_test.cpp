// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/for_each.h"

#include "asynciter/async_generator.h"
#include "asynciter/async_stream.h"
#include "asynciter/filter.h"
#include "asynciter/stop_scope.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"
#include "test_support.h"

#include "gtest/gtest.h"

#include <coroutine>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace asynciter;
using test_support::event;
using test_support::start;

task<> note(std::string &log, std::string word) {
  log += word;
  co_return;
}

task<> note_later(std::string &log, event &gate, std::string word) {
  co_await gate;
  log += word;
}

async_generator<int> numbers(int n, std::string &log) {
  auto closing = [](std::string *&log) { return note(*log, "closed"); };
  co_await on_exit(closing, &log);
  for (int i = 0; i < n; ++i)
    co_yield i;
}

/// Its cleanup takes its time.
async_generator<int> slow_to_close(int n, std::string &log, event &gate) {
  auto closing = [](std::string *&log, event *&gate) { return note_later(*log, *gate, "closed"); };
  co_await on_exit(closing, &log, &gate);
  for (int i = 0; i < n; ++i)
    co_yield i;
}

/// A stream that knows nothing of this library, and cannot be closed.
class [[nodiscard]] countdown {
public:
  explicit countdown(int from) : left_(from) {}
  struct step {
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    std::optional<int> await_resume() const noexcept { return left > 0 ? std::optional(left) : std::nullopt; }
    int left;
  };
  step next() noexcept { return {left_--}; }

private:
  int left_;
};

TEST(ForEach, VisitsEveryItemInOrderAndCloses) {
  std::string log;
  std::vector<int> seen;
  auto run = [&]() -> task<> { co_await for_each(numbers(3, log), [&](int &i) { seen.push_back(i); }); };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(seen, (std::vector{0, 1, 2}));
  EXPECT_EQ(log, "closed");
}

TEST(ForEach, StopsWhereTheBodySaysSoAndCloses) {
  std::string log;
  std::vector<int> seen;
  auto run = [&]() -> task<> {
    auto body = [&](int i) {
      seen.push_back(i);
      return i == 1 ? loop::stop : loop::next;
    };
    co_await for_each(numbers(5, log), body);
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(seen, (std::vector{0, 1}));
  EXPECT_EQ(log, "closed");
}

TEST(ForEach, AwaitsABodyThatIsACoroutine) {
  std::string log;
  event gate;
  std::vector<int> seen;
  auto run = [&]() -> task<> {
    auto body = [&](int i) -> task<loop> {
      co_await gate;
      seen.push_back(i);
      co_return i == 1 ? loop::stop : loop::next;
    };
    co_await for_each(numbers(5, log), body);
  };
  auto running = start(run());
  EXPECT_TRUE(seen.empty());
  gate.set();
  EXPECT_EQ(seen, (std::vector{0}));
  EXPECT_EQ(log, "");
  gate.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(seen, (std::vector{0, 1}));
  EXPECT_EQ(log, "closed");
}

TEST(ForEach, WaitsForCleanupThatTakesItsTime) {
  std::string log;
  event gate;
  auto run = [&]() -> task<> {
    auto body = [](int) { return loop::stop; };
    co_await for_each(slow_to_close(5, log, gate), body);
    log += " and on";
  };
  auto running = start(run());
  EXPECT_EQ(log, "");
  ASSERT_TRUE(gate.awaited());
  gate.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(log, "closed and on");
}

/// Leaves a loop over a variable after its first item.
template <class S> task<> expect_end_after_loop(S &stream) {
  int items = 0;
  auto body = [&items](int) {
    ++items;
    return loop::stop;
  };
  co_await for_each(stream, body);
  EXPECT_EQ(items, 1);
  EXPECT_FALSE(co_await stream.next());
  co_await for_each(stream, body);
  EXPECT_EQ(items, 1);
}

// A stream that was left by a loop says end, whatever it is made of: a loop closes what it is given.
TEST(ForEach, LeavesAVariableAtItsEnd) {
  std::string log;
  auto even = [](int x) { return x % 2 == 0; };
  auto twice = [](int x) { return 2 * x; };
  auto body = [&]() -> task<> {
    auto stream = numbers(9, log);
    auto filtered = stream | filter(even);
    co_await expect_end_after_loop(filtered);
    EXPECT_TRUE(co_await stream.next()); // is borrowed, and not the loop's to close
    auto several = stream | filter(even) | transform(twice);
    co_await expect_end_after_loop(several);
    auto until = stream | take_until(std::stop_token());
    co_await expect_end_after_loop(until);
    auto closed = stream | filter(even);
    co_await expect_end_after_loop(stream);
    EXPECT_FALSE(co_await closed.next());
    EXPECT_EQ(log, "closed");

    std::vector items{1, 2, 3, 4};
    auto range = async_stream(items);
    co_await expect_end_after_loop(range);
    auto owned = async_stream(items) | filter(even);
    co_await expect_end_after_loop(owned);
    auto owned_until = async_stream(items) | take_until(std::stop_token());
    co_await expect_end_after_loop(owned_until);
  };
  EXPECT_TRUE(start(body()).done());
}

TEST(ForEach, ClosesBeforeTheBodysExceptionGoesOn) {
  std::string log;
  event gate;
  auto run = [&]() -> task<> {
    auto body = [](int i) {
      if (i == 1)
        throw std::runtime_error("body");
    };
    co_await for_each(slow_to_close(5, log, gate), body);
  };
  auto running = start(run());
  ASSERT_TRUE(gate.awaited());
  gate.set();
  EXPECT_THROW(running.done(), std::runtime_error);
  EXPECT_EQ(log, "closed");
}

TEST(ForEach, PassesTheStreamsExceptionOn) {
  auto failing = []() -> async_generator<int> {
    co_yield 1;
    throw std::runtime_error("stream");
  };
  int sum = 0;
  auto run = [&]() -> task<> { co_await for_each(failing(), [&](int i) { sum += i; }); };
  EXPECT_THROW(start(run()).done(), std::runtime_error);
  EXPECT_EQ(sum, 1);
}

TEST(ForEach, TheFirstOfTwoExceptionsCounts) {
  auto numbers = []() -> async_generator<int> {
    auto closing = []() -> task<> {
      throw std::logic_error("cleanup");
      co_return;
    };
    co_await on_exit(closing);
    co_yield 1;
    co_yield 2;
  };
  auto both = [&]() -> task<> {
    auto body = [](int) { throw std::runtime_error("body"); };
    co_await for_each(numbers(), body);
  };
  EXPECT_THROW(start(both()).done(), std::runtime_error);
  auto cleanup_only = [&]() -> task<> {
    auto body = [](int) { return loop::stop; };
    co_await for_each(numbers(), body);
  };
  EXPECT_THROW(start(cleanup_only()).done(), std::logic_error);
}

TEST(ForEach, ClosesWhenCancelledAndTheCleanupIsNotCancelled) {
  std::string log;
  std::stop_source stop;
  auto endless = [](std::string &log) -> async_generator<int> {
    auto closing = [](std::string *&log) -> task<> {
      co_await throw_if_stopped();
      *log += "closed";
    };
    co_await on_exit(closing, &log);
    for (int i = 0;; ++i) {
      co_await throw_if_stopped();
      co_yield i;
    }
  };
  auto run = [&]() -> task<> {
    auto body = [&](int i) {
      if (i == 3)
        stop.request_stop();
    };
    co_await with_stop_token(stop.get_token(), for_each(endless(log), body));
  };
  EXPECT_THROW(start(run()).done(), operation_cancelled);
  EXPECT_EQ(log, "closed");
}

TEST(ForEach, ClosesAnLvalueThatThenSaysEnd) {
  std::string log;
  bool more = true;
  auto run = [&]() -> task<> {
    auto stream = numbers(5, log);
    auto body = [](int) { return loop::stop; };
    co_await for_each(stream, body);
    EXPECT_EQ(log, "closed");
    more = static_cast<bool>(co_await stream.next());
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_FALSE(more);
}

TEST(ForEach, TakesStreamsOfOthers) {
  int sum = 0;
  auto run = [&]() -> task<> {
    co_await for_each(countdown(4), [&](int i) { sum += i; });
    auto body = [&](int i) -> task<> {
      sum += i;
      co_return;
    };
    co_await for_each(countdown(4), body);
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(sum, 20);
}

TEST(ForEach, HandsOutMoveOnlyItems) {
  auto boxes = []() -> async_generator<std::unique_ptr<int>> {
    for (int i = 0; i < 3; ++i)
      co_yield std::make_unique<int>(i);
  };
  std::vector<std::unique_ptr<int>> kept;
  auto run = [&]() -> task<> {
    co_await for_each(boxes(), [&](std::unique_ptr<int> &box) { kept.push_back(std::move(box)); });
  };
  EXPECT_TRUE(start(run()).done());
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(*kept[2], 2);
}

TEST(ForEach, MayBeDestroyedWhereverItWaits) {
  for (int steps = 0; steps < 4; ++steps) {
    int alive = 0;
    event gate;
    auto waiting = [&]() -> async_generator<int> {
      test_support::counted here(alive);
      for (int i = 0;; ++i) {
        co_await gate;
        co_yield i;
      }
    };
    auto run = [&]() -> task<> {
      test_support::counted here(alive);
      auto body = [&](int) -> task<> {
        test_support::counted inside(alive);
        co_await gate;
      };
      co_await for_each(waiting(), body);
    };
    {
      auto running = start(run());
      for (int i = 0; i < steps; ++i)
        gate.set();
      EXPECT_GE(alive, 2);
    }
    EXPECT_EQ(alive, 0);
  }
}

TEST(LoopStatement, VisitsBreaksContinuesAndCloses) {
  std::string log;
  std::vector<int> seen;
  auto run = [&]() -> task<> {
    ASYNCITER_FOR (auto &i, numbers(10, log)) {
      if (i == 1)
        continue;
      if (i == 4)
        break;
      seen.push_back(i);
    }
    EXPECT_EQ(log, "closed");
    ASYNCITER_FOR (int i, numbers(2, log))
      ASYNCITER_FOR (int j, numbers(2, log))
        seen.push_back(10 * i + j);
    EXPECT_EQ(log, "closedclosedclosedclosed");
    ASYNCITER_FOR (int i, countdown(2))
      seen.push_back(i);
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(seen, (std::vector{0, 2, 3, 0, 1, 10, 11, 2, 1}));
}

TEST(LoopStatement, WaitsForCleanupAfterBreak) {
  std::string log;
  event gate;
  auto run = [&]() -> task<> {
    ASYNCITER_FOR (int i, slow_to_close(5, log, gate)) {
      if (i == 2)
        break;
    }
    log += " and on";
  };
  auto running = start(run());
  ASSERT_TRUE(gate.awaited());
  gate.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(log, "closed and on");
}

TEST(LoopStatement, GivesTheItemItself) {
  auto words = []() -> async_generator<std::string &> {
    static std::string word = "once";
    co_yield word;
    co_yield word;
  };
  std::string last;
  auto run = [&]() -> task<> {
    ASYNCITER_FOR (auto &word, words()) {
      word += "!";
      last = word;
    }
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(last, "once!!");
}

async_generator<std::pair<std::string, int>> ages() {
  co_yield std::pair<std::string, int>("ada", 36);
  co_yield std::pair<std::string, int>("alan", 41);
}

template <class A, class B> async_generator<std::tuple<A, B, int>> triples() {
  co_yield std::tuple<A, B, int>(1, 2, 3);
}

TEST(LoopStatement, DeclaresAnythingThatAForLoopDoes) {
  std::string log;
  int sum = 0;
  auto run = [&]() -> task<> {
    ASYNCITER_FOR (auto &[name, age], ages()) {
      name += "!";
      log += name + std::to_string(age);
    }
    ASYNCITER_FOR (const auto [name, age], ages() | filter([](auto &) { return true; }))
      sum += age;
    ASYNCITER_FOR (std::pair<std::string, int> person, ages())
      sum += person.second;
    ASYNCITER_FOR (auto [a, b, c], (triples<int, int>()))
      sum += 1000 * (a + b + c);
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(log, "ada!36alan!41");
  EXPECT_EQ(sum, 6154);
}

TEST(Closing, ClosesAfterUseWhateverCameOfIt) {
  std::string log;
  auto run = [&](bool fail) -> task<> {
    auto use = [&](async_generator<int> &stream) -> task<> {
      auto first = co_await stream.next();
      EXPECT_TRUE(first);
      if (fail)
        throw std::runtime_error("use");
    };
    co_await closing(numbers(3, log), use);
  };
  EXPECT_TRUE(start(run(false)).done());
  EXPECT_EQ(log, "closed");
  EXPECT_THROW(start(run(true)).done(), std::runtime_error);
  EXPECT_EQ(log, "closedclosed");
}

} // namespace
