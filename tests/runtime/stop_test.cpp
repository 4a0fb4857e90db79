// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/stop.h"

#include "asynciter/async_generator.h"
#include "asynciter/cleanup.h"
#include "asynciter/detail/source.h"
#include "asynciter/task.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <exception>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::counted;

namespace {

/// The root of a coroutine that can be stopped: runs a task with a token, until it first suspends.
class stoppable {
public:
  struct promise_type {
    promise_type(task<void> &, const std::stop_token &token) : token(&token) {}
    stoppable get_return_object() {
      return stoppable(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { error = std::current_exception(); }
    const std::stop_token *stop() const noexcept { return token; }
    const std::stop_token *token;
    std::exception_ptr error;
  };

  stoppable(stoppable &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  stoppable &operator=(stoppable &&) = delete;
  ~stoppable() {
    if (coroutine_)
      coroutine_.destroy();
  }

  bool done() const {
    if (coroutine_.promise().error)
      std::rethrow_exception(coroutine_.promise().error);
    return coroutine_.done();
  }

private:
  explicit stoppable(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  std::coroutine_handle<promise_type> coroutine_;
};
stoppable run_with(task<void> body, const std::stop_token &) {
  task<void> owned = std::move(body);
  co_await std::move(owned);
}

/// Waits until it is set or stopped. On one thread.
class stoppable_event {
public:
  class awaiter {
  public:
    explicit awaiter(stoppable_event &event) : event_(event) {}
    awaiter(const awaiter &) = delete;
    awaiter &operator=(const awaiter &) = delete;
    ~awaiter() {
      if (event_.waiting_ == this)
        event_.waiting_ = nullptr;
    }
    bool await_ready() const noexcept { return false; }
    template <class Promise> bool await_suspend(std::coroutine_handle<Promise> coroutine) {
      if (const std::stop_token *stop = detail::stop_of(coroutine)) {
        if (stop->stop_requested()) {
          stopped_ = true;
          return false;
        }
        on_stop_.emplace(*stop, stopper{*this});
      }
      coroutine_ = coroutine;
      event_.waiting_ = this;
      return true;
    }
    void await_resume() const {
      if (stopped_)
        throw operation_cancelled();
    }

  private:
    friend stoppable_event;
    struct stopper {
      void operator()() const noexcept {
        self.event_.waiting_ = nullptr;
        self.stopped_ = true;
        self.coroutine_.resume();
      }
      awaiter &self;
    };
    stoppable_event &event_;
    std::coroutine_handle<> coroutine_;
    bool stopped_ = false;
    std::optional<std::stop_callback<stopper>> on_stop_;
  };

  awaiter operator co_await() noexcept { return awaiter(*this); }
  bool awaited() const { return waiting_ != nullptr; }
  void set() { std::exchange(waiting_, nullptr)->coroutine_.resume(); }

private:
  awaiter *waiting_ = nullptr;
};

/// Delivers whether there is a token, each time it is stepped.
async_generator<bool> whether_stoppable() {
  for (;;) {
    auto token = co_await get_stop_token();
    co_yield token.stop_possible();
  }
}

async_generator<bool> nested(int depth) {
  if (depth == 0)
    co_yield elements_of(whether_stoppable());
  else
    co_yield elements_of(nested(depth - 1));
}

task<bool> is_stoppable() {
  auto token = co_await get_stop_token();
  co_return token.stop_possible();
}

TEST(Stop, TheTokenFlowsIntoTasksAndGenerators) {
  std::stop_source source;
  const auto token = source.get_token();
  auto running = run_with(
      []() -> task<void> {
        EXPECT_TRUE(co_await is_stoppable());
        for (int depth : {0, 1, 3}) {
          auto stream = nested(depth);
          for (int i = 0; i < 3; ++i)
            EXPECT_TRUE((co_await stream.next()).value());
          auto it = co_await stream.begin();
          EXPECT_TRUE(it != stream.end() && *it);
          co_await ++it;
          EXPECT_TRUE(it != stream.end() && *it);
        }
        auto outer = []() -> async_generator<bool> {
          auto inner = whether_stoppable();
          while (auto item = co_await inner.next())
            co_yield *item &&co_await is_stoppable();
        }();
        EXPECT_TRUE((co_await outer.next()).value());
      }(),
      token);
  EXPECT_TRUE(running.done());
}

TEST(Stop, WithoutATokenNothingStops) {
  auto running = test_support::start([]() -> task<void> {
    EXPECT_FALSE(co_await is_stoppable());
    auto stream = nested(1);
    EXPECT_FALSE((co_await stream.next()).value());
    co_await throw_if_stopped();
  }());
  EXPECT_TRUE(running.done());
}

// A generator waits with the token of whoever steps it, which may change.
TEST(Stop, AGeneratorHasTheTokenOfItsConsumer) {
  std::stop_source source;
  const auto token = source.get_token();
  auto stream = nested(1);
  auto step = [](async_generator<bool> &stream, bool expected) -> task<void> {
    EXPECT_EQ((co_await stream.next()).value(), expected);
    auto it = co_await stream.begin();
    EXPECT_TRUE(it != stream.end() && *it == expected);
    co_await ++it;
    EXPECT_TRUE(it != stream.end() && *it == expected);
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(run_with(step(stream, true), token).done());
    EXPECT_TRUE(test_support::start(step(stream, false)).done());
  }
}

TEST(Stop, AnAwaitableAroundAStepPassesTheTokenOn) {
  struct wrapped {
    auto operator co_await() { return stream.next(); }
    async_generator<bool> &stream;
  };
  std::stop_source source;
  const auto token = source.get_token();
  auto running = run_with(
      []() -> task<void> {
        auto stream = whether_stoppable();
        wrapped step{stream};
        EXPECT_TRUE(*co_await step);
      }(),
      token);
  EXPECT_TRUE(running.done());
}

TEST(Stop, AFoldPassesTheTokenOn) {
  struct first {
    bool operator()(bool *item) {
      result_ = item && *item;
      return true;
    }
    bool result() const { return result_; }
    bool result_ = false;
  };
  std::stop_source source;
  const auto token = source.get_token();
  auto running = run_with(
      []() -> task<void> {
        auto stream = whether_stoppable();
        EXPECT_TRUE(co_await detail::step_loop(stream.source(), first()));
      }(),
      token);
  EXPECT_TRUE(running.done());
}

TEST(Stop, WhoNeverWaitsAsks) {
  std::stop_source source;
  const auto token = source.get_token();
  int items = 0;
  auto running = run_with(
      [](std::stop_source source, int &items) -> task<void> {
        auto stream = []() -> async_generator<int> {
          for (int i = 0;; ++i) {
            co_await throw_if_stopped();
            co_yield i;
          }
        }();
        EXPECT_TRUE(co_await stream.next());
        source.request_stop();
        ++items;
        EXPECT_THROW((void)co_await stream.next(), operation_cancelled);
        EXPECT_FALSE(co_await stream.next());
      }(source, items),
      token);
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, 1);
}

// A ready step does not look.
TEST(Stop, AReadyItemIsDeliveredAllTheSame) {
  std::stop_source source;
  source.request_stop();
  const auto token = source.get_token();
  auto running = run_with(
      []() -> task<void> {
        // NOLINTNEXTLINE(asynciter-needless-async-generator): is ready.
        auto stream = []() -> async_generator<int> { co_yield 1; }();
        EXPECT_TRUE(co_await stream.next());
      }(),
      token);
  EXPECT_TRUE(running.done());
}

// Stopped at each suspension in turn, a program ends by operation_cancelled: what was delivered stays, the
// locals are gone, cleanup has run to its end.
TEST(Stop, AtEverySuspension) {
  auto inner = [](stoppable_event &awaited, counted) -> async_generator<int> {
    co_await awaited;
    co_yield 1;
    co_yield 2;
    co_await awaited;
    co_yield 3;
  };
  auto outer = [inner](stoppable_event &awaited, int &alive,
                       std::vector<std::string> &log) -> async_generator<int> {
    auto clean = [&log, &awaited](counted &) -> task<void> {
      log.push_back("cleaning");
      co_await awaited;
      log.push_back("cleaned");
    };
    auto registered = on_exit(clean, counted(alive));
    (void)co_await std::move(registered);
    co_yield elements_of(inner(awaited, counted(alive)));
    auto wait = [](stoppable_event &awaited, counted) -> task<int> {
      co_await awaited;
      co_return 4;
    };
    co_yield co_await wait(awaited, counted(alive));
  };
  auto consume = [outer](stoppable_event &awaited, int &alive, std::vector<std::string> &log) -> task<void> {
    auto items = outer(awaited, alive, log);
    while (auto item = co_await items.next())
      log.push_back(std::to_string(*item));
    log.push_back("end");
  };
  const std::vector<std::vector<std::string>> expected{
      {"cleaning", "cleaned"},
      {"1", "2", "cleaning", "cleaned"},
      {"1", "2", "3", "cleaning", "cleaned"},
      {"1", "2", "3", "4", "cleaning", "cleaned", "end"}, // stopped in the cleanup, which does not care
  };
  for (std::size_t suspension = 0; suspension < expected.size(); ++suspension) {
    std::stop_source source;
    const auto token = source.get_token();
    stoppable_event awaited;
    int alive = 0;
    std::vector<std::string> log;
    {
      auto running = run_with(consume(awaited, alive, log), token);
      for (std::size_t i = 0; i < suspension; ++i)
        awaited.set();
      source.request_stop();
      while (awaited.awaited())
        awaited.set();
      if (suspension < 3)
        EXPECT_THROW((void)running.done(), operation_cancelled);
      else
        EXPECT_TRUE(running.done());
    }
    EXPECT_EQ(log, expected[suspension]) << suspension;
    EXPECT_EQ(alive, 0) << suspension;
  }
}

} // namespace
