// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random programs of generators on several threads: whenever something suspends, producer, consumer, task or
// cleanup, it goes on somewhere else, at once or later, and now and then on the same stack. Each program is
// sequential all the same and must do what the model says; ThreadSanitizer sees whether each hop hands over
// properly.
#include "generator_programs.h"

#include "asynciter/detail/source.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
namespace programs = generator_programs;

namespace {

/// Threads that resume coroutines.
class pool {
public:
  explicit pool(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i)
      threads_.emplace_back([this] { run(); });
  }
  pool(const pool &) = delete;
  pool &operator=(const pool &) = delete;
  ~pool() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    for (std::thread &thread : threads_)
      thread.join();
  }

  void post(std::coroutine_handle<> coroutine) {
    {
      std::lock_guard lock(mutex_);
      queue_.push_back(coroutine);
    }
    changed_.notify_one();
  }

  /// Resumes what is next in the queue, if there is anything.
  void run_one() {
    if (std::unique_lock lock(mutex_); !queue_.empty()) {
      auto next = queue_.front();
      queue_.pop_front();
      lock.unlock();
      next.resume();
    }
  }

private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
      if (queue_.empty())
        return;
      auto next = queue_.front();
      queue_.pop_front();
      lock.unlock();
      next.resume();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::coroutine_handle<>> queue_;
  std::vector<std::thread> threads_;
  bool stopped_ = false;
};

/// Goes on anywhere.
class hopping : public programs::world {
public:
  explicit hopping(pool &on) : pool_(on) {}

  void suspended(std::coroutine_handle<> waiting) override {
    thread_local std::minstd_rand random(std::random_device{}());
    thread_local int depth = 0;
    const auto dice = random() % 8;
    pool &on = pool_;             // this may be gone when `waiting` has been posted
    if (dice == 0 && depth < 4) { // here, while whoever suspended is still on the stack
      ++depth;
      waiting.resume();
      --depth;
      return;
    }
    on.post(waiting);
    if (dice == 1)
      std::this_thread::yield();
    if (dice == 2 && depth < 4) { // and something else here
      ++depth;
      for (int i = 0; i < 3; ++i)
        on.run_one();
      --depth;
    }
  }

private:
  pool &pool_;
};

/// Runs a task on its own and says when it has ended.
struct detached {
  struct promise_type {
    detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};
detached run_detached(task<void> body, pool &on, std::latch &ended) {
  struct go_to {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const { on.post(waiting); }
    void await_resume() const noexcept {}
    pool &on;
  };
  go_to there{on};
  co_await there;
  {
    task<void> owned = std::move(body);
    co_await std::move(owned);
  }
  ended.count_down();
}

/// Takes all items, and hops itself.
task<void> consume_hopping(const programs::node &program, programs::world &in) {
  const programs::local counted(in);
  auto items = programs::run(program, in);
  std::optional<int> thrown;
  try {
    while (auto item = co_await items.next()) {
      in.note("item ", *item);
      if (*item % 3 == 0) {
        auto hop = in.wait();
        co_await hop;
      }
    }
  } catch (int value) {
    thrown = value;
  }
  if (thrown)
    in.note("thrown ", *thrown);
}

/// Takes all items in one await.
task<void> fold(const programs::node &program, programs::world &in) {
  struct writer {
    bool operator()(int *item) const {
      if (item)
        in->note("item ", *item);
      return !item;
    }
    void result() const noexcept {}
    programs::world *in;
  };
  const programs::local counted(in);
  auto items = programs::run(program, in);
  std::optional<int> thrown;
  try {
    co_await detail::step_loop(items.source(), writer{&in});
  } catch (int value) {
    thrown = value;
  }
  if (thrown)
    in.note("thrown ", *thrown);
}

using consumer = std::function<task<void>(const programs::node &, programs::world &)>;

/// Runs programs with consecutive seeds, all at once.
void run_all(unsigned first, unsigned count, const consumer &consume, int limit = -1) {
  std::vector<std::unique_ptr<programs::node>> all;
  std::vector<std::unique_ptr<hopping>> worlds;
  {
    pool threads(3);
    std::latch ended(count);
    for (unsigned i = 0; i < count; ++i) {
      all.push_back(programs::random_program(first + i, 7));
      worlds.push_back(std::make_unique<hopping>(threads));
    }
    for (unsigned i = 0; i < count; ++i)
      run_detached(consume(*all[i], *worlds[i]), threads, ended);
    ended.wait();
  }
  for (unsigned i = 0; i < count; ++i) {
    EXPECT_EQ(worlds[i]->log, programs::model::consume(*all[i], limit)) << first + i;
    EXPECT_EQ(worlds[i]->alive, 0) << first + i;
  }
}

constexpr unsigned rounds = 40, programs_at_once = 25;

TEST(GeneratorStress, Stepped) {
  for (unsigned round = 0; round < rounds; ++round)
    run_all(round * programs_at_once, programs_at_once,
            [](const auto &program, auto &in) { return programs::consume(program, in); });
}

TEST(GeneratorStress, SteppedByHoppingConsumers) {
  for (unsigned round = 0; round < rounds; ++round)
    run_all(round * programs_at_once, programs_at_once,
            [](const auto &program, auto &in) { return consume_hopping(program, in); });
}

TEST(GeneratorStress, Folded) {
  for (unsigned round = 0; round < rounds; ++round)
    run_all(round * programs_at_once, programs_at_once,
            [](const auto &program, auto &in) { return fold(program, in); });
}

TEST(GeneratorStress, Closed) {
  for (unsigned round = 0; round < rounds; ++round) {
    const int limit = static_cast<int>(round % 8);
    run_all(
        round * programs_at_once, programs_at_once,
        [limit](const auto &program, auto &in) { return programs::consume(program, in, limit); }, limit);
  }
}

// Many items through a deep chain, each after a hop or after none.
async_generator<int> chain(int depth, int items, programs::world &in) {
  if (depth > 0) {
    co_yield elements_of(chain(depth - 1, items, in));
    co_return;
  }
  for (int i = 0; i < items; ++i) {
    if (i % 7 == 0 || i % 5 == 0) {
      auto hop = in.wait();
      co_await hop;
    }
    co_yield i;
  }
}

TEST(GeneratorStress, DeepChains) {
  constexpr int items = 2000;
  pool threads(3);
  std::latch ended(8);
  std::vector<std::unique_ptr<hopping>> worlds;
  std::vector<long> sums(8);
  auto sum = [](int depth, programs::world &in, long &result) -> task<void> {
    auto stream = chain(depth, items, in);
    while (auto item = co_await stream.next()) {
      result += *item;
      if (*item % 11 == 0) {
        auto hop = in.wait();
        co_await hop;
      }
    }
  };
  for (std::size_t i = 0; i < 8; ++i)
    worlds.push_back(std::make_unique<hopping>(threads));
  for (std::size_t i = 0; i < 8; ++i)
    run_detached(sum(static_cast<int>(i) * 50, *worlds[i], sums[i]), threads, ended);
  ended.wait();
  for (long result : sums)
    EXPECT_EQ(result, items * (items - 1L) / 2);
}

} // namespace
