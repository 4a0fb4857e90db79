// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streams to put adaptors over: ready ones, ones that wait for the test, one of another library's shape, one
// with cleanup; and threads for those that hop.
#pragma once

#include "asynciter/async_generator.h"
#include "asynciter/cleanup.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace test_support {

using asynciter::async_generator;
using asynciter::task;

/// What a step gave; throws at the end. In a generic lambda GCC 12 takes no `(co_await s.next()).value()`.
template <class Step> auto &item_in(Step &&step) { return step.value(); }

// NOLINTBEGIN(asynciter-needless-async-generator): stand for streams.

/// 0, 1, ..., n - 1, all ready.
inline async_generator<int> numbers(int n) {
  for (int i = 0; i < n; ++i)
    co_yield i;
}

/// The same, waiting before each item and before the end.
inline async_generator<int> awaited_numbers(int n, event &awaited ASYNCITER_LIFETIMEBOUND) {
  for (int i = 0; i < n; ++i) {
    co_await awaited;
    co_yield i;
  }
  co_await awaited;
}

/// The same as objects that cannot be copied.
inline async_generator<std::unique_ptr<int>> owned_numbers(int n) {
  for (int i = 0; i < n; ++i)
    co_yield std::make_unique<int>(i);
}

/// References to what the test owns.
template <class T> async_generator<T &> references(std::vector<T> &items ASYNCITER_LIFETIMEBOUND) {
  for (T &item : items)
    co_yield item;
}

/// Throws after n items.
inline async_generator<int> failing_numbers(int n) {
  for (int i = 0; i < n; ++i)
    co_yield i;
  throw std::runtime_error("no more numbers");
}

// NOLINTEND(asynciter-needless-async-generator)

/// Nothing but a `next()`, which another library might have written.
class [[nodiscard]] foreign_numbers {
public:
  explicit foreign_numbers(int n) : n_(n) {}
  task<std::optional<int>> next() {
    if (next_ == n_)
      co_return std::nullopt;
    co_return next_++;
  }

private:
  int next_ = 0;
  int n_;
};

/// Nothing but awaited iterators.
class [[nodiscard]] foreign_iterable {
public:
  explicit foreign_iterable(int n) : n_(n) {}
  class iterator {
  public:
    explicit iterator(foreign_iterable &of) : of_(&of) {}
    int &operator*() const { return of_->at_; }
    task<iterator &> operator++() {
      ++of_->at_;
      co_return *this;
    }
    bool operator==(std::default_sentinel_t) const { return of_->at_ == of_->n_; }

  private:
    foreign_iterable *of_;
  };
  task<iterator> begin() { co_return iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

private:
  int at_ = 0;
  int n_;
};

/// Counts up without end, and notes in `log` that its cleanup was awaited.
inline async_generator<int> cleaning_numbers(std::string &log ASYNCITER_LIFETIMEBOUND,
                                             std::string name = "closed ") {
  auto clean = [](std::string *log, std::string &name) -> task<> {
    *log += name;
    co_return;
  };
  std::string *const to = &log;
  co_await asynciter::on_exit(clean, to, std::move(name));
  for (int i = 0;; ++i)
    co_yield i;
}

/// The items of a stream, stepped by hand.
template <class S> task<std::vector<int>> items_of(S stream) {
  std::vector<int> items;
  while (auto item = co_await stream.next())
    items.push_back(*item);
  co_return items;
}

template <class S> std::vector<int> all(S &&stream) {
  return asynciter::sync_wait(items_of<S>(std::forward<S>(stream)));
}

using ints = std::vector<int>;

/// Calls `body(awaited, alive)` again and again and destroys its coroutine at each of its suspensions in
/// turn, where all that is counted in `alive` has to go. Gives the number of suspensions.
template <class Body> int destroy_at_each_suspension(Body body) {
  for (int suspensions = 0;; ++suspensions) {
    event awaited;
    int alive = 0;
    bool ended = false;
    {
      auto running = start(body(awaited, alive));
      for (int i = 0; i < suspensions && !ended; ++i) {
        EXPECT_TRUE(awaited.awaited());
        awaited.set();
        ended = running.done();
      }
      ended = running.done();
    }
    EXPECT_EQ(alive, 0);
    if (ended || testing::Test::HasFailure())
      return suspensions;
  }
}

/// Threads to which a coroutine can hop.
class threads {
public:
  explicit threads(int count) {
    for (int i = 0; i < count; ++i)
      threads_.emplace_back([this] { work(); });
  }
  ~threads() {
    {
      std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    for (std::thread &thread : threads_)
      thread.join();
  }

  auto hop() {
    struct awaiter {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> waiting) const { to.post(waiting); }
      void await_resume() const noexcept {}
      threads &to;
    };
    return awaiter{*this};
  }

private:
  void post(std::coroutine_handle<> waiting) {
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(waiting);
    }
    changed_.notify_one();
  }
  void work() {
    for (std::unique_lock lock(mutex_);;) {
      changed_.wait(lock, [this] { return done_ || !waiting_.empty(); });
      if (waiting_.empty())
        return;
      auto next = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      next.resume();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::coroutine_handle<>> waiting_;
  bool done_ = false;
  std::vector<std::thread> threads_;
};

/// Numbers, each on some thread.
inline async_generator<int> hopping_numbers(int n, threads &over ASYNCITER_LIFETIMEBOUND) {
  for (int i = 0; i < n; ++i) {
    if (i % 3 != 0)
      co_await over.hop();
    co_yield i;
  }
}

} // namespace test_support
