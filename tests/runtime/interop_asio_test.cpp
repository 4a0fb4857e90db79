// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/interop_asio.h"

#include "asynciter/async_generator.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/steady_timer.hpp>
#else
#include <asio/experimental/coro.hpp>
#include <asio/experimental/use_coro.hpp>
#include <asio/steady_timer.hpp>
#endif

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;

#ifdef ASYNCITER_USE_BOOST_ASIO
using net::deferred;
#else
constexpr auto deferred = net::experimental::use_coro; // what Asio 1.22 has instead
#endif
template <class T> using coro = net::experimental::coro<T>;

namespace {

coro<int> count_to(net::any_io_executor executor, int n) {
  net::steady_timer timer(executor);
  for (int i = 1; i <= n; ++i) {
    if (i % 2) {
      timer.expires_after(1ms);
      co_await timer.async_wait(deferred);
    }
    co_yield i;
  }
}

coro<int> wait_for_ever(net::any_io_executor executor) {
  net::steady_timer timer(executor);
  timer.expires_after(1h);
  co_await timer.async_wait(deferred);
  co_yield 1;
}

coro<int> failing(net::any_io_executor) {
  co_yield 1;
  throw std::runtime_error("failed");
}

static_assert(streamable<coro<int> &> && streamable<coro<int>>);
static_assert(!streamable<net::experimental::coro<int, int>>);    // gives a variant
static_assert(!streamable<net::experimental::coro<int(int)>>);    // wants input
static_assert(!streamable<net::experimental::coro<void(), int>>); // no stream

TEST(AsioCoroAsStream, GivesItsItems) {
  for (int n : {0, 1, 5}) {
    const auto items = run([](int n) -> task<std::vector<int>> {
      std::vector<int> items;
      auto stream = as_stream(count_to(current_executor(), n));
      while (auto item = co_await stream.next()) {
        static_assert(std::same_as<decltype(item), std::optional<int>>);
        items.push_back(*item);
      }
      EXPECT_FALSE(co_await stream.next());
      co_return items;
    }(n));
    ASSERT_EQ(items.size(), static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i)
      EXPECT_EQ(items[i], i + 1);
  }
}

TEST(AsioCoroAsStream, IsBorrowed) {
  run([]() -> task<void> {
    auto numbers = count_to(current_executor(), 3);
    auto first = as_stream(numbers);
    EXPECT_EQ(co_await first.next(), 1);
    auto second = as_stream(numbers); // goes on where the other one stopped
    EXPECT_EQ(co_await second.next(), 2);
  }());
}

TEST(AsioCoroAsStream, ThrowsWhatItThrows) {
  run([]() -> task<void> {
    auto stream = as_stream(failing(current_executor()));
    EXPECT_TRUE(co_await stream.next());
    bool thrown = false;
    try {
      (void)co_await stream.next();
    } catch (const std::runtime_error &) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    EXPECT_FALSE(co_await stream.next());
  }());
}

TEST(AsioCoroAsStream, AStopCancelsTheStep) {
  std::stop_source source;
  auto wait = [](std::stop_source source) -> task<void> {
    net::steady_timer timer(current_executor());
    timer.expires_after(2ms);
    timer.async_wait([source](error_code) mutable { source.request_stop(); });
    auto stream = as_stream(wait_for_ever(current_executor()));
    bool stopped = false;
    try {
      (void)co_await stream.next();
    } catch (const operation_cancelled &) {
      stopped = true;
    }
    EXPECT_TRUE(stopped);
    EXPECT_FALSE(co_await stream.next());
  };
  run(wait(source), source.get_token());
}

TEST(AsioCoroAsStream, WorksInGenerators) {
  const int sum = run([]() -> task<int> {
    auto doubled = [](coro<int> numbers) -> async_generator<int> {
      auto stream = as_stream(std::move(numbers));
      while (auto item = co_await stream.next())
        co_yield *item * 2;
    }(count_to(current_executor(), 4));
    int sum = 0;
    while (auto item = co_await doubled.next())
      sum += *item;
    co_return sum;
  }());
  EXPECT_EQ(sum, 20);
}

} // namespace
