// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/offload.h"

#include "asynciter/async_generator.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

using namespace asynciter;
using namespace std::chrono_literals;

namespace {

TEST(Offload, WorksElsewhereAndResumesHere) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    const auto here = std::this_thread::get_id();
    const auto there = co_await offload(pool, [] { return std::this_thread::get_id(); });
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_EQ(co_await offload(pool.get_executor(), [] { return 7; }), 7);
    EXPECT_EQ(co_await offload_and_resume(current_executor(), pool, [] { return 8; }), 8);
  }(pool));
}

TEST(Offload, GivesWhateverTheFunctionGives) {
  net::thread_pool pool(1);
  int value = 0;
  run([](net::thread_pool &pool, int &value) -> task<void> {
    EXPECT_EQ(*co_await offload(pool, [] { return std::make_unique<int>(1); }), 1);
    EXPECT_EQ(&co_await offload(pool, [&]() -> int & { return value; }), &value);
    EXPECT_EQ(&co_await offload(pool, [](int &value) -> int & { return value; }, std::ref(value)), &value);
    auto work = [&value, owned = std::make_unique<int>(2)] { value = *owned; };
    co_await offload(pool, std::move(work));
    EXPECT_EQ(value, 2);
    EXPECT_EQ(co_await offload(
                  pool, [](std::unique_ptr<int> owned) { return *owned; }, std::make_unique<int>(3)),
              3);
    EXPECT_THROW(co_await offload(pool, [] { throw std::runtime_error("failed"); }), std::runtime_error);
  }(pool, value));
}

TEST(Offload, LetsTheLoopGoOnMeanwhile) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    std::atomic<bool> released = false;
    spawn(current_executor(), [](std::atomic<bool> &released) -> task<void> {
      co_await sleep_for(1ms);
      released = true;
      released.notify_one();
    }(released));
    co_await offload(pool, [&released] { released.wait(false); });
    EXPECT_TRUE(released);
  }(pool));
}

TEST(Offload, WorksInGenerators) {
  net::thread_pool pool(1);
  const int sum = run([](net::thread_pool &pool) -> task<int> {
    auto stream = [](net::thread_pool &pool) -> async_generator<int> {
      for (int i = 0; i < 100; ++i)
        co_yield co_await offload(pool, [i] { return i; });
    }(pool);
    int sum = 0;
    while (auto item = co_await stream.next())
      sum += *item;
    co_return sum;
  }(pool));
  EXPECT_EQ(sum, 4950);
}

TEST(Offload, AJobWhoseCoroutineIsDestroyedIsWaitedFor) {
  net::thread_pool pool(1);
  auto finished = std::make_shared<std::atomic<bool>>(false);
  auto work = [](net::thread_pool &pool, std::shared_ptr<std::atomic<bool>> finished) -> task<void> {
    auto finish_slowly = [](std::shared_ptr<std::atomic<bool>> finished) {
      std::this_thread::sleep_for(20ms);
      *finished = true;
    };
    co_await offload(pool, finish_slowly, finished);
    ADD_FAILURE() << "a destroyed coroutine was resumed";
  };
  run([](auto work, net::thread_pool &pool, auto finished) -> task<void> {
    spawn(current_executor(), work(pool, finished));
    co_await sleep_for(1ms);
  }(work, pool, finished));
  EXPECT_TRUE(*finished);
}

TEST(Offload, AJobThatThePoolDropsEndsTheRun) {
  auto work = [](net::thread_pool &pool) -> task<void> { co_await offload(pool, [] {}); };
  auto pool = std::make_unique<net::thread_pool>(1);
  pool->stop();
  pool->join();
  net::io_context context;
  auto drop = [](std::unique_ptr<net::thread_pool> &pool) -> task<void> {
    co_await sleep_for(1ms);
    pool.reset();
  };
  EXPECT_THROW(run(context,
                   [](auto work, auto drop, auto &pool) -> task<void> {
                     spawn(current_executor(), drop(pool));
                     co_await work(*pool);
                   }(work, drop, pool)),
               std::logic_error);
}

} // namespace
