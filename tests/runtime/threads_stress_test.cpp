// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What may be used from several threads, used from several threads at once. Coroutines hop between the
// threads of a small pool, wait for each other, and are stopped by yet another thread. Made for
// ThreadSanitizer; the sums are checked everywhere.
#include "asynciter/async_mutex.h"
#include "asynciter/async_scope.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/when_all.h"
#include "asynciter/when_any.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace asynciter;

// NOLINTBEGIN(asynciter-missing-cleanup): the scope is joined in what sync_wait runs.

namespace {

/// Threads that resume coroutines.
class pool {
public:
  explicit pool(int threads = 3) {
    for (int i = 0; i != threads; ++i)
      threads_.emplace_back([this] { run(); });
  }
  ~pool() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    more_.notify_all();
  }

  /// `co_await p.hop()` goes on on some thread of the pool.
  auto hop() {
    struct awaiter {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> waiting) const { to.post(waiting); }
      void await_resume() const noexcept {}
      pool &to;
    };
    return awaiter{*this};
  }

private:
  void post(std::coroutine_handle<> waiting) {
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(waiting);
    }
    more_.notify_one();
  }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      more_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty())
        return;
      const std::coroutine_handle<> next = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      next.resume();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::coroutine_handle<>> waiting_;
  bool ended_ = false;
  std::vector<std::jthread> threads_;
};

/// Requests a stop from a thread of its own, some time later.
class stopper {
public:
  explicit stopper(int spins)
      : thread_([this, spins] {
          for (int i = 0; i != spins; ++i)
            std::this_thread::yield();
          source_.request_stop();
        }) {}
  std::stop_token token() const { return source_.get_token(); }

private:
  std::stop_source source_;
  std::jthread thread_;
};

using item = std::unique_ptr<std::pair<int, int>>; // a producer and its count

TEST(Threads, AChannelDeliversEachItemOnceAndInOrder) {
  static constexpr int producers = 4, consumers = 3, count = 2'000;
  for (const std::size_t capacity : {0, 1, 7}) {
    channel<item> items(capacity);
    std::atomic<int> received = 0, producing = producers;
    auto produce = [](channel<item> &items, pool &threads, int who, std::atomic<int> &producing) -> task<> {
      for (int i = 0; i != count; ++i) {
        if (i % 5 == who)
          co_await threads.hop();
        EXPECT_TRUE(co_await items.send(std::make_unique<std::pair<int, int>>(who, i)));
      }
      if (--producing == 0)
        items.close();
    };
    auto consume = [](channel<item> &items, pool &threads, std::atomic<int> &received) -> task<> {
      int last[producers] = {-1, -1, -1, -1};
      while (auto next = co_await items.next()) {
        const auto [who, i] = **next;
        EXPECT_GT(i, last[who]);
        last[who] = i;
        if (++received % 3 == 0)
          co_await threads.hop();
      }
    };
    pool threads;
    std::vector<std::jthread> workers;
    for (int i = 0; i != producers; ++i)
      workers.emplace_back([&, i] { sync_wait(produce(items, threads, i, producing)); });
    for (int i = 0; i != consumers; ++i)
      workers.emplace_back([&] { sync_wait(consume(items, threads, received)); });
    workers.clear();
    EXPECT_EQ(received, producers * count);
  }
}

TEST(Threads, StoppedSendsAndReceivesLoseNothing) {
  static constexpr int rounds = 300, each = 8;
  std::minstd_rand random;
  for (int round = 0; round != rounds; ++round) {
    channel<item> items(round % 3);
    std::atomic<int> sent = 0, kept = 0, received = 0;
    auto send = [](channel<item> &items, pool &threads, std::atomic<int> &sent,
                   std::atomic<int> &kept) -> task<> {
      co_await threads.hop();
      auto mine = std::make_unique<std::pair<int, int>>();
      try {
        EXPECT_TRUE(co_await items.send(std::move(mine)));
        EXPECT_FALSE(mine);
        ++sent;
      } catch (const operation_cancelled &) {
        EXPECT_TRUE(mine);
        ++kept;
      }
    };
    auto receive = [](channel<item> &items, pool &threads, std::atomic<int> &received) -> task<> {
      co_await threads.hop();
      const auto next = co_await items.next();
      EXPECT_TRUE(next && *next);
      ++received;
    };
    auto body = [&](pool &threads) -> task<> {
      async_scope scope;
      for (int i = 0; i != each; ++i) {
        scope.spawn(send(items, threads, sent, kept));
        if (i % 4 != 3)
          scope.spawn(receive(items, threads, received));
      }
      try {
        co_await scope.join();
      } catch (const operation_cancelled &) {
      }
    };
    {
      stopper later(int(random() % 200));
      pool threads;
      sync_wait(body(threads), later.token());
    }
    int left = 0;
    while (items.try_receive())
      ++left;
    EXPECT_EQ(sent + kept, each);
    EXPECT_EQ(received + left, sent);
  }
}

TEST(Threads, AChannelIsClosedWhileAllAreBusy) {
  for (int round = 0; round != 200; ++round) {
    channel<int> numbers(round % 3);
    std::atomic<int> sent = 0, received = 0;
    auto produce = [](channel<int> &numbers, pool &threads, std::atomic<int> &sent) -> task<> {
      co_await threads.hop();
      while (co_await numbers.send(1))
        ++sent;
    };
    auto consume = [](channel<int> &numbers, pool &threads, std::atomic<int> &received) -> task<> {
      co_await threads.hop();
      while (co_await numbers.next())
        ++received;
    };
    auto close = [](channel<int> &numbers, pool &threads) -> task<> {
      for (int i = 0; i != 5; ++i)
        co_await threads.hop();
      numbers.close();
    };
    pool threads;
    sync_wait(when_all(produce(numbers, threads, sent), produce(numbers, threads, sent),
                       consume(numbers, threads, received), consume(numbers, threads, received),
                       close(numbers, threads)));
    EXPECT_EQ(sent, received);
  }
}

TEST(Threads, AMutexIsHeldByOne) {
  static constexpr int workers = 8, count = 1'000;
  async_mutex mutex;
  int guarded = 0;
  bool inside = false;
  auto work = [](async_mutex &mutex, pool &threads, int &guarded, bool &inside) -> task<> {
    for (int i = 0; i != count; ++i) {
      auto guard = co_await mutex.lock();
      EXPECT_FALSE(std::exchange(inside, true));
      if (i % 3 == 0)
        co_await threads.hop();
      ++guarded;
      inside = false;
    }
  };
  pool threads;
  std::vector<std::jthread> running;
  for (int i = 0; i != workers; ++i)
    running.emplace_back([&] { sync_wait(work(mutex, threads, guarded, inside)); });
  running.clear();
  EXPECT_EQ(guarded, workers * count);
}

TEST(Threads, StoppedWaitsLeaveAMutexAndASemaphoreIntact) {
  std::minstd_rand random;
  for (int round = 0; round != 300; ++round) {
    async_mutex mutex;
    async_semaphore semaphore(3);
    int guarded = 0;
    std::atomic<int> locked = 0;
    auto lock = [](async_mutex &mutex, pool &threads, int &guarded, std::atomic<int> &locked) -> task<> {
      co_await threads.hop();
      for (int i = 0; i != 10; ++i) {
        auto guard = co_await mutex.lock();
        ++guarded;
        ++locked;
        co_await threads.hop();
      }
    };
    auto acquire = [](async_semaphore &semaphore, pool &threads, std::size_t permits) -> task<> {
      co_await threads.hop();
      for (int i = 0; i != 10; ++i) {
        auto held = co_await semaphore.hold(permits);
        co_await threads.hop();
      }
    };
    auto body = [&](pool &threads) -> task<> {
      co_await when_all(lock(mutex, threads, guarded, locked), acquire(semaphore, threads, 1),
                        lock(mutex, threads, guarded, locked), acquire(semaphore, threads, 2),
                        lock(mutex, threads, guarded, locked), acquire(semaphore, threads, 3));
    };
    {
      stopper later(int(random() % 300));
      pool threads;
      try {
        sync_wait(body(threads), later.token());
      } catch (const operation_cancelled &) {
      }
    }
    EXPECT_EQ(guarded, locked);
    EXPECT_TRUE(mutex.try_lock());
    EXPECT_EQ(semaphore.available(), 3u);
  }
}

TEST(Threads, ASemaphoreLetsInNoMoreThanItHas) {
  static constexpr int permits = 3;
  async_semaphore semaphore(permits);
  std::atomic<int> inside = 0, most = 0;
  auto work = [](async_semaphore &semaphore, pool &threads, std::atomic<int> &inside, std::atomic<int> &most,
                 std::size_t count) -> task<> {
    for (int i = 0; i != 500; ++i) {
      auto held = co_await semaphore.hold(count);
      const int now = inside += int(count);
      EXPECT_LE(now, permits);
      int before = most;
      while (before < now && !most.compare_exchange_weak(before, now))
        ;
      co_await threads.hop();
      inside -= int(count);
    }
  };
  pool threads;
  auto all = [&]() -> task<> {
    co_await with_scope([&](async_scope &scope) -> task<> {
      for (int i = 0; i != 9; ++i)
        scope.spawn(work(semaphore, threads, inside, most, std::size_t(1 + i % 3)));
      co_return;
    });
  };
  sync_wait(all());
  EXPECT_EQ(most, permits);
  EXPECT_EQ(semaphore.available(), std::size_t(permits));
}

TEST(Threads, AScopeWaitsForChildrenOnAllThreads) {
  for (int round = 0; round != 100; ++round) {
    std::atomic<int> ended = 0;
    struct grow {
      static task<> branch(async_scope &scope, pool &threads, std::atomic<int> &ended, int depth) {
        co_await threads.hop();
        if (depth > 0) {
          scope.spawn(branch(scope, threads, ended, depth - 1));
          scope.spawn(branch(scope, threads, ended, depth - 1));
        }
        ++ended;
      }
    };
    pool threads;
    async_scope scope;
    scope.spawn(grow::branch(scope, threads, ended, 5));
    sync_wait(scope.join());
    EXPECT_EQ(ended, 63);
  }
}

TEST(Threads, AFailureStopsTheChildrenOnAllThreads) {
  std::minstd_rand random;
  for (int round = 0; round != 200; ++round) {
    async_semaphore never(0);
    auto wait = [](async_semaphore &never, pool &threads) -> task<> {
      co_await threads.hop();
      co_await never.acquire();
    };
    auto fail = [](pool &threads, int hops) -> task<> {
      for (int i = 0; i != hops; ++i)
        co_await threads.hop();
      throw std::runtime_error("failed");
    };
    pool threads;
    async_scope scope;
    for (int i = 0; i != 6; ++i)
      scope.spawn(wait(never, threads));
    scope.spawn(fail(threads, int(random() % 5)));
    scope.spawn(fail(threads, int(random() % 5)));
    EXPECT_THROW(sync_wait(scope.join()), std::runtime_error);
    EXPECT_TRUE(scope.empty());
  }
}

TEST(Threads, WhenAllAndWhenAnyOverThreads) {
  auto hop = [](pool &threads, int hops, int value) -> task<int> {
    for (int i = 0; i != hops; ++i)
      co_await threads.hop();
    co_return value;
  };
  auto wait = [](pool &threads, async_semaphore &never) -> task<int> {
    co_await threads.hop();
    co_await never.acquire();
    co_return 0;
  };
  auto work = [](auto hop, auto wait, pool &threads, int rounds) -> task<int> {
    async_semaphore never(0);
    int sum = 0;
    for (int i = 0; i != rounds; ++i) {
      auto [one, two, three] =
          co_await when_all(hop(threads, 1, 1), hop(threads, i % 3, 2), hop(threads, i % 4, 3));
      sum += one + two + three;
      auto winner = co_await when_any(hop(threads, i % 3, 4), wait(threads, never), hop(threads, i % 4, 4));
      EXPECT_NE(winner.index, 1u);
      std::vector<task<int>> more;
      for (int part = 0; part != 4; ++part)
        more.push_back(hop(threads, part, 1));
      for (const int each : co_await when_all(std::move(more)))
        sum += each;
    }
    co_return sum;
  };
  pool threads;
  auto results = sync_wait(when_all(work(hop, wait, threads, 300), work(hop, wait, threads, 300)));
  EXPECT_EQ(std::get<0>(results), 3'000);
  EXPECT_EQ(std::get<1>(results), 3'000);
}

TEST(Threads, AStopMeetsWhenAllAndWhenAny) {
  std::minstd_rand random;
  for (int round = 0; round != 300; ++round) {
    async_semaphore semaphore(0);
    auto wait = [](pool &threads, async_semaphore &semaphore) -> task<> {
      co_await threads.hop();
      co_await semaphore.acquire();
    };
    auto release = [](pool &threads, async_semaphore &semaphore) -> task<> {
      co_await threads.hop();
      semaphore.release(3);
      co_await threads.hop();
    };
    auto body = [&](pool &threads) -> task<> {
      (void)co_await when_all(when_any(wait(threads, semaphore), wait(threads, semaphore)),
                              when_all(wait(threads, semaphore), release(threads, semaphore)));
    };
    stopper later(int(random() % 100));
    pool threads;
    try {
      sync_wait(body(threads), later.token());
    } catch (const operation_cancelled &) {
    }
  }
}

} // namespace
// NOLINTEND(asynciter-missing-cleanup)
