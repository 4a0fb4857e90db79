// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/asio_awaitable.h"

#include "asynciter/async_generator.h"
#include "test_support.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#else
#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#endif

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;
using net::use_awaitable;

namespace {

async_generator<int> count_to(int n) {
  for (int i = 1; i <= n; ++i) {
    if (i % 2)
      co_await yield_now();
    co_yield i;
  }
}

/// Runs an asio::awaitable to its end, and rethrows what it throws.
template <class T> T run_awaitable(net::awaitable<T> main) {
  net::io_context context;
  auto result = net::co_spawn(context, std::move(main), net::use_future);
  run(context);
  return result.get();
}

TEST(AsioAwaitable, AwaitsTasks) {
  const int result = run_awaitable([]() -> net::awaitable<int> {
    auto add = [](int a, int b) -> task<int> {
      co_await sleep_for(1ms);
      co_return a + b;
    };
    co_await async_await([]() -> task<void> { co_await yield_now(); }(), use_awaitable);
    const int ready = co_await async_await([]() -> task<int> { co_return 1; }(), use_awaitable);
    const int there = co_await async_await(co_await net::this_coro::executor, add(ready, 2), use_awaitable);
    co_return co_await async_await(add(there, 4), use_awaitable);
  }());
  EXPECT_EQ(result, 7);
}

TEST(AsioAwaitable, DeliversWhateverTheTaskGives) {
  struct no_default {
    explicit no_default(int value) : value(value) {}
    int value;
  };
  run_awaitable([]() -> net::awaitable<void> {
    auto owned = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); };
    EXPECT_EQ(*co_await async_await(owned(), use_awaitable), 3);
    auto made = []() -> task<no_default> { co_return no_default(4); };
    EXPECT_EQ((co_await async_await(made(), use_awaitable))->value, 4);
    int value = 5;
    auto refers = [](int &value) -> task<int &> { co_return value; };
    int *const address = co_await async_await(refers(value), use_awaitable);
    EXPECT_EQ(address, &value);
  }());
}

TEST(AsioAwaitable, ThrowsWhatTheTaskThrows) {
  run_awaitable([]() -> net::awaitable<void> {
    auto failing = [](bool late) -> task<int> {
      if (late)
        co_await yield_now();
      throw std::runtime_error("failed");
    };
    for (bool late : {false, true}) {
      bool thrown = false;
      try {
        co_await async_await(failing(late), use_awaitable);
      } catch (const std::runtime_error &) {
        thrown = true;
      }
      EXPECT_TRUE(thrown);
    }
  }());
}

TEST(AsioAwaitable, StepsStreams) {
  const auto items = run_awaitable([]() -> net::awaitable<std::vector<int>> {
    std::vector<int> items;
    auto stream = count_to(5);
    while (auto item = co_await async_next(stream, use_awaitable))
      items.push_back(*item);
    EXPECT_FALSE(co_await async_next(co_await net::this_coro::executor, stream, use_awaitable));
    co_return items;
  }());
  EXPECT_EQ(items, (std::vector<int>{1, 2, 3, 4, 5}));
}

TEST(AsioAwaitable, AStepThrowsWhatTheStreamThrows) {
  run_awaitable([]() -> net::awaitable<void> {
    auto stream = []() -> async_generator<int> {
      co_yield 1;
      throw std::runtime_error("failed");
    }();
    EXPECT_EQ(*co_await async_next(stream, use_awaitable), 1);
    bool thrown = false;
    try {
      (void)co_await async_next(stream, use_awaitable);
    } catch (const std::runtime_error &) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    EXPECT_FALSE(co_await async_next(stream, use_awaitable));
  }());
}

TEST(AsioAwaitable, AMillionReadyStepsNeedNoStack) {
#ifdef NDEBUG
  constexpr int count = 1'000'000;
#else
  constexpr int count = 100'000;
#endif
  const long sum = run_awaitable([]() -> net::awaitable<long> {
    auto stream = []() -> async_generator<int> {
      for (int i = 0; i < count; ++i)
        co_yield 1;
    }();
    long sum = 0;
    while (auto item = co_await async_next(stream, use_awaitable))
      sum += *item;
    co_return sum;
  }());
  EXPECT_EQ(sum, count);
}

TEST(AsioAwaitable, ItsCancellationIsAStop) {
  net::io_context context;
  net::cancellation_signal signal;
  bool stopped_inside = false, aborted = false;
  auto main = [](bool &stopped_inside, bool &aborted) -> net::awaitable<void> {
    auto waiting = [](bool &stopped_inside) -> task<void> {
      try {
        co_await sleep_for(1h);
      } catch (const operation_cancelled &) {
        stopped_inside = true;
        throw;
      }
    };
    try {
      co_await async_await(waiting(stopped_inside), use_awaitable);
    } catch (const system_error &error) {
      aborted = error.code() == net::error::operation_aborted;
    }
  };
  net::co_spawn(context, main(stopped_inside, aborted),
                net::bind_cancellation_slot(signal.slot(), net::detached));
  net::steady_timer timer(context, 5ms);
  timer.async_wait([&signal](error_code) { signal.emit(net::cancellation_type::terminal); });
  run(context);
  EXPECT_TRUE(stopped_inside);
  EXPECT_TRUE(aborted);
}

TEST(AsioAwaitable, WorksWithAwaitableOperators) {
  using namespace net::experimental::awaitable_operators;
  run_awaitable([]() -> net::awaitable<void> {
    auto forever = []() -> async_generator<int> {
      for (int i = 0;; ++i) {
        co_await sleep_for(i ? 1h : 0h);
        co_yield i;
      }
    }();
    net::steady_timer timer(co_await net::this_coro::executor);
    timer.expires_after(1h);
    auto first = co_await (async_next(forever, use_awaitable) || timer.async_wait(use_awaitable));
    EXPECT_EQ(first.index(), 0u);
    timer.expires_after(2ms);
    auto second = co_await (async_next(forever, use_awaitable) || timer.async_wait(use_awaitable));
    EXPECT_EQ(second.index(), 1u);
  }());
}

TEST(AsioAwaitable, AnOperationCancelledThatNobodyAskedForStays) {
  auto main = []() -> net::awaitable<void> {
    auto failing = []() -> task<void> {
      throw operation_cancelled();
      co_return;
    };
    co_await async_await(failing(), use_awaitable);
  };
  EXPECT_THROW(run_awaitable(main()), operation_cancelled);
}

TEST(AsioAwaitable, AContextThatIsDestroyedTakesItAlong) {
  auto witness = std::make_shared<int>();
  auto waiting = [](std::shared_ptr<int>) -> task<void> { co_await sleep_for(1h); };
  auto stream = [](std::shared_ptr<int>) -> async_generator<int> {
    co_await sleep_for(1h);
    co_yield 1;
  };
  {
    net::io_context context;
    net::co_spawn(
        context,
        [](auto waiting, std::shared_ptr<int> witness) -> net::awaitable<void> {
          auto task = waiting(witness);
          co_await async_await(std::move(task), use_awaitable);
        }(waiting, witness),
        net::detached);
    net::co_spawn(
        context,
        [](auto stream, std::shared_ptr<int> witness) -> net::awaitable<void> {
          auto items = stream(witness);
          (void)co_await async_next(items, use_awaitable);
        }(stream, witness),
        net::detached);
    asynciter::detail::current_context_scope scope(context);
    context.poll();
    EXPECT_GT(witness.use_count(), 1);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(AsioAwaitable, OtherTokensWork) {
  net::thread_pool pool(1);
  auto where = []() -> task<std::thread::id> { co_return std::this_thread::get_id(); };
  auto there = async_await(pool.get_executor(), where(), net::use_future);
  EXPECT_NE(there.get(), std::this_thread::get_id());

  net::io_context context;
  bool called = false;
  {
    asynciter::detail::current_context_scope scope(context);
    async_await([]() -> task<std::string> { co_return "text"; }(),
                [&called, owned = std::make_unique<int>()](std::exception_ptr error, std::string text) {
                  EXPECT_FALSE(error);
                  EXPECT_EQ(text, "text");
                  called = true;
                });
    EXPECT_FALSE(called) << "the handler was called within the initiating function";
  }
  context.run();
  EXPECT_TRUE(called);
}

TEST(AsioAwaitable, TheOtherDirectionNeedsNothing) {
  run([]() -> task<void> {
    auto add = [](int a, int b) -> net::awaitable<int> {
      net::steady_timer timer(co_await net::this_coro::executor);
      timer.expires_after(1ms);
      co_await timer.async_wait(use_awaitable);
      co_return a + b;
    };
    EXPECT_EQ(co_await net::co_spawn(current_executor(), add(1, 2), use_await), 3);
  }());

  std::stop_source source;
  auto wait = [](std::stop_source source) -> task<void> {
    auto forever = []() -> net::awaitable<void> {
      net::steady_timer timer(co_await net::this_coro::executor);
      timer.expires_after(1h);
      co_await timer.async_wait(use_awaitable);
    };
    net::post(current_executor(), [source]() mutable { source.request_stop(); });
    co_await net::co_spawn(current_executor(), forever(), use_await);
  };
  EXPECT_THROW(run(wait(source), source.get_token()), operation_cancelled);
}

} // namespace
