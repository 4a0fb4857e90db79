// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/cleanup.h"

#include "asynciter/async_generator.h"
#include "asynciter/stop.h"
#include "asynciter/task.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::counted;
using test_support::event;
using test_support::start;

namespace {

using log_t = std::vector<std::string>;

/// Writes into a log when it is destroyed.
class tracer {
public:
  tracer(log_t &log, std::string name) : log_(&log), name_(std::move(name)) {}
  tracer(tracer &&other) noexcept : log_(std::exchange(other.log_, nullptr)), name_(std::move(other.name_)) {}
  tracer &operator=(tracer &&) = delete;
  ~tracer() {
    if (log_)
      log_->push_back("~" + name_);
  }
  void say(std::string what) const { log_->push_back(name_ + " " + what); }

private:
  log_t *log_;
  std::string name_;
};

task<void> close_resource(tracer &resource) {
  resource.say("closed");
  co_return;
}
task<void> close_resource_later(tracer &resource, event *awaited) {
  co_await *awaited;
  resource.say("closed");
}
task<void> fail_to_close(tracer &resource) {
  resource.say("failed");
  throw std::logic_error("cleanup");
  co_return;
}

TEST(OnExit, GivesReferencesToWhatItOwns) {
  auto running = start([]() -> task<void> {
    auto nothing = [] { return std::suspend_never(); };
    auto one = [](int &) { return std::suspend_never(); };
    auto two = [](int &, std::unique_ptr<int> &) { return std::suspend_never(); };
    co_await on_exit(nothing);
    int &value = co_await on_exit(one, 1);
    auto [number, pointer] = co_await on_exit(two, 2, std::make_unique<int>(3));
    value = 4;
    number = 5;
    EXPECT_EQ(value, 4);
    EXPECT_EQ(*pointer, 3);
  }());
  EXPECT_TRUE(running.done());
}

TEST(OnExit, RunsNewestFirstWhenTheBodyHasEnded) {
  log_t log;
  auto running = start([](log_t &log) -> task<void> {
    const tracer local(log, "local");
    auto &first = co_await on_exit(close_resource, tracer(log, "first"));
    auto &second = co_await on_exit(close_resource, tracer(log, "second"));
    first.say("used");
    second.say("used");
  }(log));
  EXPECT_TRUE(running.done());
  EXPECT_EQ(log, (log_t{"first used", "second used", "~local", "second closed", "first closed", "~second",
                        "~first"}));
}

TEST(OnExit, ATaskGivesItsResultAfterItsCleanup) {
  event awaited;
  log_t log;
  auto running = start([](event &awaited, log_t &log) -> task<void> {
    auto body = [](event &awaited, log_t &log) -> task<std::string> {
      (void)co_await on_exit(close_resource_later, tracer(log, "resource"), &awaited);
      co_return "result";
    };
    log.push_back(co_await body(awaited, log));
  }(awaited, log));
  EXPECT_TRUE(log.empty());
  awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(log, (log_t{"resource closed", "~resource", "result"}));
}

TEST(OnExit, RunsAfterAnExceptionWhichGoesFirst) {
  auto running = start([]() -> task<void> {
    log_t log;
    auto body = [](log_t &log) -> task<void> {
      co_await on_exit(close_resource, tracer(log, "first"));
      co_await on_exit(fail_to_close, tracer(log, "second"));
      throw std::runtime_error("body");
    };
    EXPECT_THROW(co_await body(log), std::runtime_error);
    EXPECT_EQ(log, (log_t{"second failed", "first closed", "~second", "~first"}));
  }());
  EXPECT_TRUE(running.done());
}

TEST(OnExit, TheFirstExceptionOfACleanupIsThrownInPlaceOfTheResult) {
  auto running = start([]() -> task<void> {
    log_t log;
    auto body = [](log_t &log) -> task<int> {
      auto fail_otherwise = [](tracer &resource) -> task<void> {
        resource.say("failed");
        throw std::runtime_error("older cleanup");
        co_return;
      };
      co_await on_exit(fail_otherwise, tracer(log, "first"));
      co_await on_exit(fail_to_close, tracer(log, "second"));
      co_return 1;
    };
    EXPECT_THROW((void)co_await body(log), std::logic_error);
    EXPECT_EQ(log, (log_t{"second failed", "first failed", "~second", "~first"}));
  }());
  EXPECT_TRUE(running.done());
}

TEST(OnExit, AFunctionThatThrowsInsteadOfReturningIsACleanupThatFails) {
  auto running = start([]() -> task<void> {
    auto body = []() -> task<void> {
      auto throws = []() -> std::suspend_never { throw std::logic_error("cleanup"); };
      co_await on_exit(throws);
    };
    EXPECT_THROW(co_await body(), std::logic_error);
  }());
  EXPECT_TRUE(running.done());
}

TEST(OnExit, NotRunForACoroutineThatIsDestroyed) {
  event awaited;
  log_t log;
  {
    auto running = start([](event &awaited, log_t &log) -> task<void> {
      auto &resource = co_await on_exit(close_resource, tracer(log, "resource"));
      resource.say("used");
      const tracer local(log, "local");
      co_await awaited;
    }(awaited, log));
  }
  EXPECT_EQ(log, (log_t{"resource used", "~local", "~resource"}));
}

TEST(OnExit, NeverAwaitedItDropsItsArguments) {
  log_t log;
  {
    auto unused = on_exit(close_resource, tracer(log, "resource"));
  }
  EXPECT_EQ(log, log_t{"~resource"});
}

TEST(OnExit, DestroyedWhileItRunsItDropsItsArguments) {
  event awaited;
  int alive = 0;
  {
    auto running = start([](event &awaited, int &alive) -> task<void> {
      auto wait = [](counted &, event *awaited) -> task<void> { co_await *awaited; };
      (void)co_await on_exit(wait, counted(alive), &awaited);
      (void)co_await on_exit(wait, counted(alive), &awaited);
    }(awaited, alive));
    EXPECT_EQ(alive, 2);
    awaited.set();
    EXPECT_TRUE(awaited.awaited());
  }
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(awaited.awaited());
}

TEST(OnExit, AwaitersThatCannotBeMovedAreAwaited) {
  auto running = start([]() -> task<void> {
    bool closed = false;
    auto body = [](bool &closed) -> task<void> {
      auto inner = [](bool &closed) -> async_generator<int> {
        auto note = [&closed]() {
          closed = true;
          return std::suspend_never();
        };
        auto registered = on_exit(note);
        co_await std::move(registered);
        co_yield 1;
      };
      auto close = [](async_generator<int> &stream) { return stream.close(); };
      auto &stream = co_await on_exit(close, inner(closed));
      EXPECT_TRUE(co_await stream.next());
    };
    co_await body(closed);
    EXPECT_TRUE(closed);
  }());
  EXPECT_TRUE(running.done());
}

/// Awaits a task with a stop token; says in `cancelled` whether that ended it.
struct stoppable {
  struct promise_type {
    promise_type(task<void> &, bool &, const std::stop_token &token) : token(&token) {}
    stoppable get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
    const std::stop_token *stop() const noexcept { return token; }
    const std::stop_token *token;
  };
};
stoppable run_stoppable(task<void> &body, bool &cancelled, const std::stop_token &) {
  try {
    co_await std::move(body);
  } catch (const operation_cancelled &) {
    cancelled = true;
  }
}

// Cleanup is not stopped, though the coroutine was.
TEST(OnExit, HasNoStopToken) {
  std::stop_source source;
  source.request_stop();
  const std::stop_token token = source.get_token();
  std::optional<bool> stoppable;
  auto body = [](std::optional<bool> &stoppable) -> task<void> {
    auto look = [&stoppable]() -> task<void> {
      auto token = co_await get_stop_token();
      stoppable = token.stop_possible();
      co_await throw_if_stopped();
    };
    auto registered = on_exit(look);
    co_await std::move(registered);
    co_await throw_if_stopped();
  }(stoppable);
  bool cancelled = false;
  run_stoppable(body, cancelled, token);
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(stoppable, false);
}

// In generators.

async_generator<int> counting(log_t &log, int last, std::string name = "resource") {
  auto &resource = co_await on_exit(close_resource, tracer(log, name));
  const tracer local(log, "local");
  for (int i = 1; i <= last; ++i)
    co_yield i;
  resource.say("used");
}

TEST(GeneratorCleanup, RunsBeforeTheStepThatSaysEnd) {
  auto running = start([]() -> task<void> {
    log_t log;
    auto stream = counting(log, 1);
    EXPECT_TRUE(co_await stream.next());
    EXPECT_FALSE(co_await stream.next());
    const log_t all{"resource used", "~local", "resource closed", "~resource"};
    EXPECT_EQ(log, all);
    EXPECT_FALSE(co_await stream.next());
    co_await stream.close();
    EXPECT_EQ(log, all);
  }());
  EXPECT_TRUE(running.done());
}

// The body goes first, since its locals may use what the cleanup owns.
TEST(GeneratorCleanup, CloseDestroysTheBodyAndThenCleansUp) {
  auto running = start([]() -> task<void> {
    log_t log;
    auto stream = counting(log, 3);
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
    EXPECT_EQ(log, (log_t{"~local", "resource closed", "~resource"}));
    EXPECT_TRUE(stream.valid());
    for (int i = 0; i < 2; ++i)
      EXPECT_FALSE(co_await stream.next());
    EXPECT_EQ(co_await stream.begin(), stream.end());
    co_await stream.close();
    EXPECT_EQ(log.size(), 3u);
  }());
  EXPECT_TRUE(running.done());
}

TEST(GeneratorCleanup, LocalsMayUseWhatTheCleanupOwns) {
  int alive = 0;
  auto running = start([](int &alive) -> task<void> {
    struct user {
      explicit user(std::unique_ptr<int> &owned) : owned(owned) {}
      ~user() { ++*owned; } // dead memory, if it was gone
      std::unique_ptr<int> &owned;
    };
    auto stream = [](counted) -> async_generator<int> {
      auto check = [](std::unique_ptr<int> &owned) {
        EXPECT_EQ(*owned, 2);
        return std::suspend_never();
      };
      auto &owned = co_await on_exit(check, std::make_unique<int>(1));
      const user local(owned);
      co_yield 1;
    }(counted(alive));
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
    EXPECT_EQ(alive, 0);
  }(alive));
  EXPECT_TRUE(running.done());
}

TEST(GeneratorCleanup, CloseOfOneThatWasNeverStartedOrHasNoCleanup) {
  int alive = 0;
  auto running = start([](int &alive) -> task<void> {
    // NOLINTNEXTLINE(asynciter-needless-async-generator): has nothing to clean up.
    auto plain = [](counted) -> async_generator<int> {
      co_yield 1;
      co_yield 2;
    };
    auto never_started = plain(counted(alive));
    co_await never_started.close();
    EXPECT_EQ(alive, 0);
    EXPECT_FALSE(co_await never_started.next());
    auto started = plain(counted(alive));
    EXPECT_TRUE(co_await started.next());
    co_await started.close();
    EXPECT_EQ(alive, 0);
    EXPECT_FALSE(co_await started.next());
    auto moved_from = std::move(started);
    co_await started.close(); // has no coroutine
    EXPECT_FALSE(started.valid());
  }(alive));
  EXPECT_TRUE(running.done());
}

TEST(GeneratorCleanup, CloseThrowsTheFirstExceptionAfterAllHaveRun) {
  auto running = start([]() -> task<void> {
    log_t log;
    auto stream = [](log_t &log) -> async_generator<int> {
      co_await on_exit(close_resource, tracer(log, "first"));
      co_await on_exit(fail_to_close, tracer(log, "second"));
      co_yield 1;
    }(log);
    EXPECT_TRUE(co_await stream.next());
    EXPECT_THROW(co_await stream.close(), std::logic_error);
    EXPECT_EQ(log, (log_t{"second failed", "first closed", "~second", "~first"}));
    EXPECT_FALSE(co_await stream.next());
  }());
  EXPECT_TRUE(running.done());
}

TEST(GeneratorCleanup, TheBodysExceptionGoesFirst) {
  for (const bool waits : {false, true}) {
    event awaited;
    auto running = start([](event &awaited, bool waits) -> task<void> {
      log_t log;
      auto stream = [](log_t &log, event &awaited, bool waits) -> async_generator<int> {
        co_await on_exit(fail_to_close, tracer(log, "second"));
        co_yield 1;
        if (waits)
          co_await awaited;
        throw std::runtime_error("body");
      }(log, awaited, waits);
      EXPECT_TRUE(co_await stream.next());
      EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
      EXPECT_FALSE(co_await stream.next());
      EXPECT_EQ(log, (log_t{"second failed", "~second"}));
    }(awaited, waits));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(running.done());
  }
}

TEST(GeneratorCleanup, ThatThrowsAtTheEndIsThrownByTheStep) {
  auto running = start([]() -> task<void> {
    log_t log;
    auto stream = [](log_t &log) -> async_generator<int> {
      co_await on_exit(fail_to_close, tracer(log, "resource"));
      co_yield 1;
    }(log);
    EXPECT_TRUE(co_await stream.next());
    EXPECT_THROW((void)co_await stream.next(), std::logic_error);
    EXPECT_FALSE(co_await stream.next());
  }());
  EXPECT_TRUE(running.done());
}

// A consumer that is destroyed while it closes takes the cleanup with it; the stream is at its end.
TEST(GeneratorCleanup, CloseThatIsAbandonedLeavesAStreamAtItsEnd) {
  event awaited;
  log_t log;
  auto stream = [](log_t &log, event &awaited) -> async_generator<int> {
    (void)co_await on_exit(close_resource_later, tracer(log, "resource"), &awaited);
    co_yield 1;
    co_yield 2;
  }(log, awaited);
  {
    auto running = start([](async_generator<int> &stream) -> task<void> {
      EXPECT_TRUE(co_await stream.next());
      co_await stream.close();
    }(stream));
    EXPECT_TRUE(awaited.awaited());
  }
  EXPECT_FALSE(awaited.awaited());
  EXPECT_EQ(log, log_t{"~resource"});
  auto running = start([](async_generator<int> &stream) -> task<void> {
    EXPECT_FALSE(co_await stream.next());
    co_await stream.close();
  }(stream));
  EXPECT_TRUE(running.done());
}

// The consumer was destroyed in a step that ran a cleanup. Who closes the stream then runs those that are
// left.
TEST(GeneratorCleanup, CloseAfterAnAbandonedStepRunsTheCleanupsThatAreLeft) {
  event awaited;
  log_t log;
  auto stream = [](log_t &log, event &awaited) -> async_generator<int> {
    co_await on_exit(close_resource, tracer(log, "first"));
    (void)co_await on_exit(close_resource_later, tracer(log, "second"), &awaited);
    co_await on_exit(close_resource, tracer(log, "third"));
    co_yield 1;
  }(log, awaited);
  auto step_twice = [](async_generator<int> &stream) -> task<void> {
    EXPECT_TRUE(co_await stream.next());
    (void)co_await stream.next();
  };
  {
    auto consumer = start(step_twice(stream));
    EXPECT_EQ(log, log_t{"third closed"});
  }
  auto closer = start([](async_generator<int> &stream) -> task<void> {
    co_await stream.close();
    EXPECT_FALSE(co_await stream.next());
  }(stream));
  EXPECT_TRUE(closer.done());
  EXPECT_EQ(log, (log_t{"third closed", "~third", "~second", "first closed", "~first"}));
}

#ifndef NDEBUG
TEST(GeneratorCleanupDeathTest, CloseDuringAStepIsAsserted) {
  EXPECT_DEATH(
      {
        event awaited;
        auto stream = [](event &awaited) -> async_generator<int> {
          co_await awaited;
          co_yield 1;
        }(awaited);
        auto step = [](async_generator<int> &stream) -> task<void> { (void)co_await stream.next(); };
        auto close = [](async_generator<int> &stream) -> task<void> { co_await stream.close(); };
        auto first = start(step(stream));
        auto second = start(close(stream));
      },
      "closed while a step is pending");
}
#endif

} // namespace
