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
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;

namespace {

TEST(Offload, WorksElsewhereAndResumesHere) {
  net::thread_pool pool(1);
  auto ask = [](net::thread_pool &pool, std::thread::id here) -> task<void> {
    const auto there = co_await offload(pool, [] { return std::this_thread::get_id(); });
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_EQ(co_await offload(pool.get_executor(), [] { return 7; }), 7);
    EXPECT_EQ(co_await offload_and_resume(current_executor(), pool, [] { return 8; }), 8);
  };
  run(ask(pool, std::this_thread::get_id()));
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
  struct progress {
    std::atomic<bool> started = false, finished = false;
  };
  auto job = std::make_shared<progress>();
  auto work = [](net::thread_pool &pool, std::shared_ptr<progress> job) -> task<void> {
    auto finish_slowly = [](std::shared_ptr<progress> job) {
      job->started = true;
      std::this_thread::sleep_for(20ms);
      job->finished = true;
    };
    co_await offload(pool, finish_slowly, job);
    ADD_FAILURE() << "a destroyed coroutine was resumed";
  };
  run([](auto work, net::thread_pool &pool, auto job) -> task<void> {
    spawn(current_executor(), work(pool, job));
    while (!job->started)
      co_await sleep_for(1ms);
  }(work, pool, job));
  EXPECT_TRUE(job->finished);
}

task<void> offload_nothing(net::thread_pool &pool) {
  co_await offload(pool, [] {});
}

// It may borrow from it, and the loop may have known of jobs before it knew of coroutines, or after.
TEST(Offload, AJobEndsBeforeItsCoroutineIsDestroyed) {
  net::thread_pool pool(1);
  struct borrowed {
    bool &told;
    std::atomic<bool> started = false, finished = false;
    ~borrowed() { told = finished; }
  };
  auto work = [](net::thread_pool &pool, bool &started, bool &finished) -> task<void> {
    borrowed local{finished};
    auto finish_slowly = [&local] {
      local.started = true;
      std::this_thread::sleep_for(20ms);
      local.finished = true;
    };
    auto watch = [](borrowed &local, bool &started) -> task<void> {
      while (!local.started)
        co_await sleep_for(1ms);
      started = true;
    };
    spawn(current_executor(), watch(local, started));
    co_await offload(pool, finish_slowly);
    ADD_FAILURE() << "a destroyed coroutine was resumed";
  };
  for (const bool jobs_first : {false, true}) {
    bool started = false, finished = false;
    run([](auto work, net::thread_pool &pool, bool jobs_first, bool &started, bool &finished) -> task<void> {
      if (jobs_first)
        co_await offload_nothing(pool);
      spawn(current_executor(), work(pool, started, finished));
      while (!started)
        co_await sleep_for(1ms);
    }(work, pool, jobs_first, started, finished));
    EXPECT_TRUE(finished) << jobs_first;
  }
}

TEST(Offload, APoolThatHasStoppedIsRefused) {
  net::thread_pool stopped(1), joined(1);
  stopped.stop();
  joined.join();
  EXPECT_THROW(run(offload_nothing(stopped)), std::logic_error);
  EXPECT_THROW(run(offload_nothing(joined)), std::logic_error);
}

/// A pool with one thread that is busy until it is told otherwise.
class busy_pool {
public:
  busy_pool() {
    net::post(pool, [this] {
      started_ = true;
      started_.notify_one();
      released_.wait(false);
    });
    started_.wait(false);
  }
  ~busy_pool() {
    release();
    pool.join();
  }
  void release() {
    released_ = true;
    released_.notify_one();
  }
  net::thread_pool pool{1};

private:
  std::atomic<bool> started_ = false, released_ = false;
};

TEST(Offload, AJobThatThePoolDropsEndsTheRun) {
  auto busy = std::make_unique<busy_pool>();
  auto drop = [](std::unique_ptr<busy_pool> &busy) -> task<void> {
    co_await yield_now();
    busy->pool.stop();
    busy.reset();
  };
  auto wait = [](auto drop, auto &busy) -> task<void> {
    spawn(current_executor(), drop(busy));
    co_await offload_nothing(busy->pool);
  };
  EXPECT_THROW(run(wait(drop, busy)), std::logic_error);
}

// It may borrow from it.
TEST(Offload, AJobThatHasNotStartedEndsWithItsCoroutine) {
  busy_pool busy;
  bool ran = false;
  auto work = [](busy_pool &busy, bool &ran) -> task<void> {
    auto note = [&ran] { ran = true; };
    co_await offload(busy.pool, note);
  };
  net::io_context context;
  {
    const detail::current_context_scope scope(context);
    detail::outcome<void> outcome;
    auto root = detail::drive(std::stop_token(), work(busy, ran), outcome);
    root.coroutine.resume();
    root.coroutine.destroy();
  }
  busy.release();
  busy.pool.join();
  EXPECT_FALSE(ran);
}

TEST(OffloadCancellation, AJobThatHasNotStartedIsDropped) {
  busy_pool busy;
  bool ran = false;
  auto witness = std::make_shared<int>();
  std::stop_source source;
  auto wait = [](busy_pool &busy, bool &ran, std::shared_ptr<int> &witness,
                 std::stop_source source) -> task<void> {
    net::post(current_executor(), [source]() mutable { source.request_stop(); });
    auto work = [&ran, witness] { ran = true; };
    bool stopped = false;
    try {
      co_await offload(busy.pool, std::move(work));
    } catch (const operation_cancelled &) {
      stopped = true;
    }
    EXPECT_TRUE(stopped);
    EXPECT_EQ(witness.use_count(), 1) << "the dropped job's callable is alive";
  };
  run(wait(busy, ran, witness, source), source.get_token()); // and is not held up by the queue
  busy.release();
  busy.pool.join();
  EXPECT_FALSE(ran);
}

// Stops when it is given a job.
struct stopping_executor {
  template <class F> void execute(F &&f) const {
    source->request_stop();
    net::execution::execute(pool->get_executor(), std::forward<F>(f));
  }
  net::thread_pool &query(net::execution::context_t) const noexcept { return *pool; }
  static constexpr auto query(net::execution::blocking_t) noexcept { return net::execution::blocking.never; }
  bool operator==(const stopping_executor &) const noexcept = default;

  net::thread_pool *pool;
  std::stop_source *source;
};

TEST(OffloadCancellation, AJobThatIsDroppedWhileItStartsDoesNotKeepTheLoop) {
  busy_pool busy;
  std::stop_source source;
  const stopping_executor workers{&busy.pool, &source};
  auto wait = [](stopping_executor workers) -> task<void> { co_await offload(workers, [] {}); };
  // This ends at once, though the job stands in the queue.
  EXPECT_THROW(run(wait(workers), source.get_token()), operation_cancelled);
  busy.release();
  busy.pool.join();
}

TEST(OffloadCancellation, NothingIsQueuedAfterAStop) {
  net::thread_pool pool(1);
  bool ran = false;
  std::stop_source source;
  source.request_stop();
  auto work = [](net::thread_pool &pool, bool &ran) -> task<void> {
    co_await offload(pool, [&ran] { ran = true; });
  };
  EXPECT_THROW(run(work(pool, ran), source.get_token()), operation_cancelled);
  pool.join();
  EXPECT_FALSE(ran);
}

TEST(OffloadCancellation, ARunningJobIsWaitedForAndItsResultWins) {
  net::thread_pool pool(1);
  std::stop_source source;
  auto work = [](net::thread_pool &pool, std::stop_source source) -> task<int> {
    int borrowed = 1;
    auto job = [&borrowed, source]() mutable {
      source.request_stop();
      std::this_thread::sleep_for(10ms);
      return ++borrowed;
    };
    co_return co_await offload(pool, std::move(job));
  };
  EXPECT_EQ(run(work(pool, source), source.get_token()), 2);
}

TEST(OffloadCancellation, AJobThatTakesATokenGetsIt) {
  net::thread_pool pool(1);
  std::stop_source source;
  auto work = [](net::thread_pool &pool, std::stop_source source) -> task<int> {
    // Asked to stop when it runs, not while it waits for a worker.
    auto job = [source, loop = current_executor()](std::stop_token stop, int value) {
      net::post(loop, [source]() mutable { source.request_stop(); });
      while (!stop.stop_requested())
        std::this_thread::sleep_for(1ms);
      return value;
    };
    co_return co_await offload(pool, job, 5);
  };
  EXPECT_EQ(run(work(pool, source), source.get_token()), 5);
  // One that never stops if the coroutine has none.
  EXPECT_FALSE(run([](net::thread_pool &pool) -> task<bool> {
    co_return co_await offload(pool, [](std::stop_token stop) { return stop.stop_possible(); });
  }(pool)));
}

TEST(OffloadCancellation, ACoroutineThatIsDestroyedMeanwhileIsForgotten) {
  busy_pool busy;
  std::stop_source source;
  net::io_context context;
  auto work = [](net::io_context &context, busy_pool &busy) -> task<void> {
    co_await offload_and_resume(context.get_executor(), busy.pool, [] {});
    ADD_FAILURE() << "a destroyed coroutine was resumed";
  };
  for (bool stop_first : {false, true}) {
    detail::outcome<void> outcome;
    auto root = detail::drive(source.get_token(), work(context, busy), outcome);
    root.coroutine.resume();
    if (stop_first)
      source.request_stop();
    root.coroutine.destroy();
  }
  busy.release();
  context.run();
}

TEST(OffloadCancellation, StopsAndStartsMayMeet) {
  net::thread_pool pool(2);
  std::vector<std::stop_source> sources(200);
  std::atomic<int> ran = 0;
  int dropped = 0, finished = 0;
  auto work = [](net::thread_pool &pool, std::atomic<int> &ran, int &dropped, int &finished) -> task<void> {
    try {
      co_await offload(pool, [&ran] { ++ran; });
      ++finished;
    } catch (const operation_cancelled &) {
      ++dropped;
    }
  };
  std::jthread stopper;
  auto all = [](auto &pool, auto &sources, auto &ran, int &dropped, int &finished, auto work,
                std::jthread &stopper) -> task<void> {
    for (auto &source : sources)
      spawn(current_executor(), work(pool, ran, dropped, finished), source.get_token());
    stopper = std::jthread([&sources] {
      for (auto &source : sources)
        source.request_stop();
    });
    while (dropped + finished < static_cast<int>(sources.size()))
      co_await sleep_for(1ms);
  };
  run(all(pool, sources, ran, dropped, finished, work, stopper));
  EXPECT_EQ(ran, finished);
}

} // namespace
