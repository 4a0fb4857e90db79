// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/asio.h"

#include "asynciter/async_generator.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/thread_pool.hpp>
#include <asio/write.hpp>
#endif

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;
using net::ip::tcp;

namespace {

tcp::acceptor listen() { return tcp::acceptor(current_executor(), {net::ip::address_v4::loopback(), 0}); }

task<void> send_all(tcp::acceptor acceptor, std::string bytes) {
  tcp::socket client = co_await acceptor.async_accept(use_await);
  co_await net::async_write(client, net::buffer(bytes), use_await);
}

task<tcp::socket> connect(tcp::endpoint server) {
  tcp::socket socket(current_executor());
  co_await socket.async_connect(server, use_await);
  co_return socket;
}

TEST(Run, GivesTheResultOfTheTask) {
  EXPECT_EQ(run([]() -> task<int> { co_return 7; }()), 7);
  int value = 0;
  EXPECT_EQ(&run([](int &value) -> task<int &> { co_return value; }(value)), &value);
  EXPECT_EQ(*run([]() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(8); }()), 8);
  run([]() -> task<void> { co_return; }());
}

TEST(Run, ThrowsWhatTheTaskThrows) {
  EXPECT_THROW(run([]() -> task<void> {
                 co_await sleep_for(1ms);
                 throw std::runtime_error("failed");
               }()),
               std::runtime_error);
}

TEST(Run, SaysThatATaskCannotEnd) {
  struct never {
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<>) const {}
    void await_resume() const {}
  };
  EXPECT_THROW(run([]() -> task<void> { co_await never(); }()), std::logic_error);
}

TEST(Run, RunsOnAContextOfTheCallerAgainAndAgain) {
  net::io_context context;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(run(context,
                  [](int i) -> task<int> {
                    co_await sleep_for(1ms);
                    co_return i;
                  }(i)),
              i);
}

TEST(Run, IsTheCurrentExecutorOnlyWhileItRuns) {
  EXPECT_THROW((void)current_executor(), std::logic_error);
  net::io_context context;
  run(context, [](net::io_context &context) -> task<void> {
    EXPECT_EQ(current_executor(), context.get_executor());
    co_return;
  }(context));
  EXPECT_THROW((void)current_executor(), std::logic_error);
}

TEST(UseAwait, DeliversResults) {
  const std::string received = run([]() -> task<std::string> {
    auto acceptor = listen();
    const auto server = acceptor.local_endpoint();
    spawn(current_executor(), send_all(std::move(acceptor), "hello"));
    tcp::socket socket = co_await connect(server);
    std::string bytes(5, '\0');
    EXPECT_EQ(co_await net::async_read(socket, net::buffer(bytes), use_await), 5u);
    co_return bytes;
  }());
  EXPECT_EQ(received, "hello");
}

TEST(UseAwait, ThrowsErrors) {
  run([]() -> task<void> {
    auto acceptor = listen();
    const auto server = acceptor.local_endpoint();
    acceptor.close();
    tcp::socket socket(current_executor());
    try {
      co_await socket.async_connect(server, use_await);
      ADD_FAILURE() << "connected to a closed port";
    } catch (const system_error &error) {
      EXPECT_EQ(error.code(), net::error::connection_refused);
    }
  }());
}

TEST(UseAwaitTuple, DeliversErrors) {
  run([]() -> task<void> {
    auto acceptor = listen();
    const auto server = acceptor.local_endpoint();
    spawn(current_executor(), send_all(std::move(acceptor), "hi"));
    tcp::socket socket(current_executor());
    EXPECT_FALSE(co_await socket.async_connect(server, use_await_tuple));
    std::array<char, 5> bytes;
    auto [error, size] = co_await net::async_read(socket, net::buffer(bytes), use_await_tuple);
    EXPECT_EQ(error, net::error::eof);
    EXPECT_EQ(std::string_view(bytes.data(), size), "hi");
  }());
}

TEST(UseAwait, OperationsWithoutErrorGiveNothing) {
  run([]() -> task<void> {
    co_await net::post(current_executor(), use_await);
    co_await net::post(current_executor(), use_await_tuple);
  }());
}

TEST(UseAwait, WorksInGenerators) {
  const auto sizes = run([]() -> task<std::vector<std::size_t>> {
    auto acceptor = listen();
    const auto server = acceptor.local_endpoint();
    spawn(current_executor(), send_all(std::move(acceptor), "abcdef"));
    auto chunks = [](tcp::socket socket) -> async_generator<std::string_view> {
      std::array<char, 2> bytes;
      for (;;) {
        auto [error, size] = co_await net::async_read(socket, net::buffer(bytes), use_await_tuple);
        if (error == net::error::eof)
          co_return;
        if (error)
          throw system_error(error);
        co_yield std::string_view(bytes.data(), size);
      }
    }(co_await connect(server));
    std::vector<std::size_t> sizes;
    while (auto chunk = co_await chunks.next())
      sizes.push_back(chunk->size());
    co_return sizes;
  }());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 2}));
}

TEST(SleepFor, WaitsFromWhenItIsAwaited) {
  using clock = std::chrono::steady_clock;
  run([]() -> task<void> {
    const auto before = clock::now();
    co_await sleep_for(20ms);
    EXPECT_GE(clock::now() - before, 20ms);
    co_await sleep_for(0s);
    co_await sleep_for(-1h);
    co_await sleep_for(current_executor(), std::chrono::duration<double, std::micro>(1.5));
  }());
}

TEST(SleepFor, ASleeperThatIsDestroyedIsForgotten) {
  run([]() -> task<void> {
    bool woken = false;
    {
      auto sleeper = [](bool &woken) -> async_generator<int> {
        co_await sleep_for(1ms);
        woken = true;
        co_yield 1;
      }(woken);
      struct detached {
        struct promise_type {
          detached get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
          std::suspend_never initial_suspend() const noexcept { return {}; }
          std::suspend_always final_suspend() const noexcept { return {}; }
          void return_void() const {}
          void unhandled_exception() const { std::terminate(); }
        };
        std::coroutine_handle<> coroutine;
      };
      auto consumer = [](async_generator<int> &stream) -> detached { (void)co_await stream.next(); }(sleeper);
      co_await sleep_for(0ms);
      consumer.coroutine.destroy();
    }
    co_await sleep_for(5ms);
    EXPECT_FALSE(woken);
  }());
}

TEST(Spawn, RunsBesideTheCaller) {
  run([]() -> task<void> {
    std::string order;
    spawn(current_executor(), [](std::string &order) -> task<void> {
      order += "b";
      co_await sleep_for(1ms);
      order += "d";
    }(order));
    order += "a";
    co_await net::post(current_executor(), use_await);
    order += "c";
    co_await sleep_for(20ms);
    EXPECT_EQ(order, "abcd");
  }());
}

TEST(Spawn, ErrorsGoToTheHandler) {
  run([]() -> task<void> {
    std::string message;
    spawn(
        current_executor(),
        []() -> task<void> {
          throw std::runtime_error("failed");
          co_return;
        }(),
        [&message](std::exception_ptr error) {
          try {
            std::rethrow_exception(error);
          } catch (const std::runtime_error &error) {
            message = error.what();
          }
        });
    co_await sleep_for(1ms);
    EXPECT_EQ(message, "failed");
  }());
}

TEST(SpawnDeathTest, ErrorsEndTheProgramWithoutAHandler) {
  auto failing = []() -> task<void> {
    spawn(current_executor(), []() -> task<void> {
      throw std::runtime_error("failed");
      co_return;
    }());
    co_await sleep_for(1ms);
  };
  EXPECT_DEATH(run(failing()), "");
}

TEST(Spawn, WhatHasNotEndedIsDestroyedWithTheLoop) {
  auto witness = std::make_shared<int>();
  run([](std::shared_ptr<int> witness) -> task<void> {
    auto sleep = [](std::shared_ptr<int>) -> task<void> { co_await sleep_for(1h); };
    auto accept = [](std::shared_ptr<int>, tcp::acceptor acceptor) -> task<void> {
      (void)co_await acceptor.async_accept(use_await);
    };
    auto receive = [](std::shared_ptr<int>, tcp::endpoint server) -> task<void> {
      tcp::socket socket = co_await connect(server);
      std::string bytes;
      co_await net::async_read(socket, net::dynamic_buffer(bytes), use_await);
    };
    auto acceptor = listen();
    spawn(current_executor(), receive(witness, acceptor.local_endpoint()));
    spawn(current_executor(), accept(witness, listen()));
    spawn(current_executor(), sleep(witness));
    co_await acceptor.async_accept(use_await);
    spawn(current_executor(), sleep(witness)); // never gets to run
  }(witness));
  EXPECT_EQ(witness.use_count(), 1);
}

// Producer and consumer change threads at random, so that the producer may deliver while the consumer still
// suspends.
TEST(AsyncGeneratorAcrossThreads, NothingIsLost) {
  net::thread_pool pool(4);
  auto numbers = [](net::thread_pool &pool, int count, unsigned seed) -> async_generator<int> {
    for (int i = 0; i < count; ++i) {
      seed = seed * 1664525 + 1013904223;
      if (seed >> 30)
        co_await net::post(pool, use_await);
      co_yield i;
    }
  };
  auto sum = [numbers](net::thread_pool &pool, unsigned seed) -> task<long> {
    auto stream = numbers(pool, 2000, seed);
    long result = 0;
    while (auto item = co_await stream.next()) {
      result += *item;
      seed = seed * 1664525 + 1013904223;
      if (seed >> 31)
        co_await net::post(pool, use_await);
    }
    co_return result;
  };
  auto all = [sum](net::thread_pool &pool, std::array<long, 16> &sums) -> task<void> {
    const auto home = net::prefer(current_executor(), net::execution::outstanding_work.tracked);
    std::atomic<int> left = static_cast<int>(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i)
      spawn(pool.get_executor(),
            [](auto sum, net::thread_pool &pool, unsigned seed, long &to,
               std::atomic<int> &left) -> task<void> {
              to = co_await sum(pool, seed);
              --left;
            }(sum, pool, static_cast<unsigned>(i), sums[i], left));
    while (left)
      co_await sleep_for(home, 1ms);
  };
  std::array<long, 16> sums{};
  run(all(pool, sums));
  pool.join();
  for (long each : sums)
    EXPECT_EQ(each, 2000 * 1999 / 2);
}

} // namespace
