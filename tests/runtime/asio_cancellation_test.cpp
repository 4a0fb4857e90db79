// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/asio.h"

#include "asynciter/async_generator.h"
#include "test_support.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#else
#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/signal_set.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/write.hpp>
#endif

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;
using net::ip::tcp;
using net::ip::udp;

namespace {

/// Requests a stop from another thread after a while.
class stopper {
public:
  explicit stopper(std::chrono::milliseconds delay = 5ms)
      : thread_([this, delay] {
          std::this_thread::sleep_for(delay);
          source_.request_stop();
        }) {}
  std::stop_token token() const { return source_.get_token(); }

private:
  std::stop_source source_;
  std::jthread thread_;
};

std::stop_token stopped() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

udp::socket silent_socket() { return {current_executor(), {net::ip::address_v4::loopback(), 0}}; }

struct connection {
  tcp::socket client;
  tcp::socket server;
};

connection make_connection() {
  tcp::acceptor acceptor(current_executor(), {net::ip::address_v4::loopback(), 0});
  tcp::socket client(current_executor());
  client.connect(acceptor.local_endpoint());
  return {std::move(client), acceptor.accept()};
}

TEST(AsioCancellation, ASleepIsStoppedFromAnotherThread) {
  const auto before = std::chrono::steady_clock::now();
  stopper stop;
  EXPECT_THROW(run([]() -> task<void> { co_await sleep_for(1h); }(), stop.token()), operation_cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
}

TEST(AsioCancellation, WhatIsAwaitedAfterTheStopIsNotStarted) {
  int started = 0;
  auto operation = [](int &started) -> task<void> {
    auto initiation = [&started](auto handler) {
      ++started;
      std::move(handler)(error_code());
    };
    co_await net::async_initiate<const use_await_t &, void(error_code)>(initiation, use_await);
  };
  EXPECT_THROW(run(operation(started), stopped()), operation_cancelled);
  EXPECT_EQ(started, 0);
  run(operation(started));
  EXPECT_EQ(started, 1);

  EXPECT_THROW(run([]() -> task<void> { co_await sleep_for(1h); }(), stopped()), operation_cancelled);
  EXPECT_THROW(run([]() -> task<void> { co_await yield_now(); }(), stopped()), operation_cancelled);
}

TEST(AsioCancellation, AnOperationOfASocketIsStopped) {
  stopper stop;
  EXPECT_THROW(run(
                   []() -> task<void> {
                     auto socket = silent_socket();
                     std::array<char, 4> bytes;
                     (void)co_await socket.async_receive(net::buffer(bytes), use_await);
                   }(),
                   stop.token()),
               operation_cancelled);
}

// Else a loop that looks at errors and goes on would spin.
TEST(AsioCancellation, AStopIsNoErrorToLookAt) {
  stopper stop;
  auto serve = []() -> task<void> {
    auto socket = silent_socket();
    std::array<char, 4> bytes;
    for (;;) {
      auto [error, size] = co_await socket.async_receive(net::buffer(bytes), use_await_tuple);
      EXPECT_FALSE(error);
    }
  };
  EXPECT_THROW(run(serve(), stop.token()), operation_cancelled);
  EXPECT_THROW(run(serve(), stopped()), operation_cancelled);
}

TEST(AsioCancellation, AComposedOperationIsStopped) {
  stopper stop(20ms);
  std::array<char, 8> bytes{};
  auto read = [](std::array<char, 8> &bytes) -> task<void> {
    // NOLINTBEGIN(asynciter-blocking-call): within this program, so that nothing waits.
    auto [client, server] = make_connection();
    net::write(server, net::buffer("abc", 3));
    // NOLINTEND(asynciter-blocking-call)
    co_await net::async_read(client, net::buffer(bytes), use_await);
  };
  EXPECT_THROW(run(read(bytes), stop.token()), operation_cancelled);
  EXPECT_EQ(std::string_view(bytes.data(), 3), "abc");
}

TEST(AsioCancellation, AnErrorThatIsNoCancellationStaysWhatItIs) {
  std::stop_source source;
  run(
      [](std::stop_source &source) -> task<void> {
        // NOLINTNEXTLINE(asynciter-blocking-call): within this program, so that nothing waits.
        auto [client, server] = make_connection();
        server.close();
        std::array<char, 8> bytes;
        try {
          net::steady_timer timer(current_executor());
          timer.expires_after(0ms);
          timer.async_wait([&source](error_code) { source.request_stop(); });
          co_await net::async_read(client, net::buffer(bytes), use_await);
          ADD_FAILURE() << "read from a closed connection";
        } catch (const system_error &error) {
          EXPECT_EQ(error.code(), net::error::eof);
        }
      }(source),
      source.get_token());
}

TEST(AsioCancellation, AClosedSocketIsNoCancellation) {
  std::stop_source source;
  run(
      []() -> task<void> {
        auto socket = silent_socket();
        net::post(current_executor(), [&socket] { socket.close(); });
        std::array<char, 4> bytes;
        EXPECT_THROW((void)co_await socket.async_receive(net::buffer(bytes), use_await), system_error);
        auto other = silent_socket();
        net::post(current_executor(), [&other] { other.close(); });
        auto [error, size] = co_await other.async_receive(net::buffer(bytes), use_await_tuple);
        EXPECT_EQ(error, net::error::operation_aborted);
      }(),
      source.get_token());
}

TEST(AsioCancellation, AResultThatIsThereBeforeTheStopWins) {
  std::stop_source source;
  run(
      [](std::stop_source &source) -> task<void> {
        net::post(current_executor(), [&source] { source.request_stop(); });
        co_await yield_now(); // posted, so it has nothing to cancel
        EXPECT_TRUE((co_await get_stop_token()).stop_requested());
      }(source),
      source.get_token());
}

TEST(AsioCancellation, SignalsAreAwaitedAndStopped) {
  stopper stop(30ms);
  run(
      []() -> task<void> {
        net::signal_set signals(current_executor(), SIGUSR1, SIGUSR2);
        net::post(current_executor(), [] { std::raise(SIGUSR2); });
        EXPECT_EQ(co_await signals.async_wait(use_await), SIGUSR2);
        net::post(current_executor(), [] { std::raise(SIGUSR1); });
        auto [error, number] = co_await signals.async_wait(use_await_tuple);
        EXPECT_FALSE(error);
        EXPECT_EQ(number, SIGUSR1);
        EXPECT_THROW((void)co_await signals.async_wait(use_await), operation_cancelled);
      }(),
      stop.token());
}

TEST(AsioCancellation, TheTokenReachesGeneratorsAndTheTasksTheyAwait) {
  stopper stop(20ms);
  auto nap = []() -> task<void> { co_await sleep_for(1ms); };
  auto ticks = [nap]() -> async_generator<int> {
    for (int i = 0;; ++i) {
      co_await nap();
      co_yield i;
    }
  };
  int seen = 0;
  auto consume = [](async_generator<int> stream, int &seen) -> task<void> {
    while (auto item = co_await stream.next())
      seen = *item + 1;
  };
  EXPECT_THROW(run(consume(ticks(), seen), stop.token()), operation_cancelled);
  EXPECT_GT(seen, 0);
}

TEST(AsioCancellation, ACoroutineThatIsDestroyedWhileItWaitsIsForgotten) {
  std::stop_source source;
  bool reached = false;
  auto wait = [](net::io_context &context, bool &reached) -> task<void> {
    udp::socket socket(context, {net::ip::address_v4::loopback(), 0});
    std::array<char, 4> bytes;
    try {
      (void)co_await socket.async_receive(net::buffer(bytes), use_await);
    } catch (const operation_cancelled &) {
      reached = true;
    }
  };
  // Destroyed before the stop; and between the stop and its arrival in the loop.
  for (bool stop_first : {false, true}) {
    std::optional<net::io_context> other(std::in_place);
    {
      detail::outcome<void> outcome;
      auto root = detail::drive(source.get_token(), wait(*other, reached), outcome);
      root.coroutine.resume();
      if (stop_first)
        source.request_stop();
      root.coroutine.destroy();
    }
    other->run();
  }
  source.request_stop();
  EXPECT_FALSE(reached);
}

TEST(AsioCancellation, AContextThatIsDestroyedTakesTheOperationAlong) {
  std::stop_source source;
  auto witness = std::make_shared<int>();
  for (bool stop_first : {false, true}) {
    net::io_context context;
    spawn(
        context.get_executor(),
        [](std::shared_ptr<int>, net::io_context &context) -> task<void> {
          co_await sleep_for(context.get_executor(), 1h);
        }(witness, context),
        source.get_token());
    context.poll();
    if (stop_first)
      source.request_stop();
  }
  source.request_stop();
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(AsioCancellation, AnAwaiterOutlivesItsContext) {
  std::stop_source source;
  auto wait = [](net::io_context &context) -> task<void> {
    co_await net::post(context, use_await);
    ADD_FAILURE() << "an operation without a context completed";
  };
  std::optional<net::io_context> context(std::in_place);
  detail::outcome<void> outcome;
  auto root = detail::drive(source.get_token(), wait(*context), outcome);
  root.coroutine.resume();
  context.reset();
  source.request_stop();
  root.coroutine.destroy();
}

TEST(AsioSpawn, AStopEndsASpawnedBodyWithoutAnError) {
  stopper stop;
  run([](std::stop_token token) -> task<void> {
    int errors = 0;
    bool unwound = false;
    struct on_unwinding {
      ~on_unwinding() { flag = true; }
      bool &flag;
    };
    auto sleeper = [](bool &unwound) -> task<void> {
      on_unwinding guard{unwound};
      co_await sleep_for(1h);
    };
    auto count = [&errors](std::exception_ptr) { ++errors; };
    spawn(current_executor(), sleeper(unwound), token, count);
    while (!unwound)
      co_await sleep_for(1ms);
    EXPECT_EQ(errors, 0);

    auto failing = []() -> task<void> {
      throw std::runtime_error("failed");
      co_return;
    };
    spawn(current_executor(), failing(), token, count);
    co_await sleep_for(1ms);
    EXPECT_EQ(errors, 1);

    auto cancelling = []() -> task<void> {
      throw operation_cancelled();
      co_return;
    };
    spawn(current_executor(), cancelling(), std::stop_token(), count); // nobody asked for that
    co_await sleep_for(1ms);
    EXPECT_EQ(errors, 2);
  }(stop.token()));
}

TEST(AsioYieldNow, GivesTheOthersATurn) {
  run([]() -> task<void> {
    std::string order;
    auto loop = [](std::string &order, char name) -> task<void> {
      for (int i = 0; i < 3; ++i) {
        order += name;
        co_await yield_now();
      }
    };
    spawn(current_executor(), loop(order, 'a'));
    spawn(current_executor(), loop(order, 'b'));
    while (order.size() < 6)
      co_await yield_now(current_executor());
    EXPECT_EQ(order, "ababab");
  }());
}

TEST(AsioRun, AContextWithoutAMainTask) {
  net::io_context context;
  bool done = false;
  spawn(context.get_executor(), [](bool &done) -> task<void> {
    co_await sleep_for(1ms);
    done = true;
  }(done));
  EXPECT_GT(run(context), 0u);
  EXPECT_TRUE(done);
}

#ifndef NDEBUG
TEST(AsioRunDeathTest, IsRefusedInsideACoroutine) {
  auto blocking = []() -> task<void> {
    // NOLINTNEXTLINE(asynciter-blocking-call): this is what is refused.
    run([]() -> task<void> { co_return; }());
    co_return;
  };
  EXPECT_DEATH(run(blocking()), "asynciter::run blocks");
}
#endif

// Timers that fire, and stops from another thread, at the same time.
TEST(AsioCancellationAcrossThreads, EitherTheResultOrTheStopArrives) {
  net::thread_pool pool(3);
  std::atomic<int> completed = 0, cancelled = 0;
  constexpr int rounds = 300;
  std::vector<std::stop_source> sources(rounds);
  auto nap = [](net::any_io_executor executor, int i, std::atomic<int> &completed,
                std::atomic<int> &cancelled) -> task<void> {
    try {
      co_await sleep_for(executor, std::chrono::microseconds(20 * (i % 50)));
      ++completed;
    } catch (const operation_cancelled &) {
      ++cancelled;
    }
  };
  for (int i = 0; i < rounds; ++i) {
    net::any_io_executor executor = net::make_strand(pool);
    spawn(executor, nap(executor, i, completed, cancelled), sources[i].get_token());
  }
  for (auto &source : sources)
    source.request_stop();
  pool.join();
  EXPECT_EQ(completed + cancelled, rounds);
}

} // namespace
