// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mutual exclusion between coroutines, across suspensions.
//
//     async_mutex mutex;
//
//     task<> append(file &log, std::string line) {
//       auto guard = co_await mutex.lock();
//       co_await log.write(line); // nobody else writes meanwhile
//     }                           // unlocked here
//
// Use it where a critical section awaits something. A std::mutex must not be held over a `co_await`: it
// belongs to a thread, and the coroutine may go on on another one, or another coroutine of the same thread
// may want it. Where a critical section awaits nothing, std::mutex is right, and cheaper.
//
// Order: first come, first served. `unlock()` hands the mutex over to the coroutine that has waited longest,
// and resumes it on the thread that unlocks, before `unlock()` returns; or, when `unlock()` is itself called
// from a coroutine that was resumed that way, once that suspends. So a long line needs no deep stack.
//
// Stopping: a coroutine that waits for the mutex and is stopped leaves the line, and its `co_await` throws
// `operation_cancelled`. If it has the mutex by then, it keeps it.
//
// Lifetime: the mutex must outlive all that wait for it or hold it. A coroutine that waits may be destroyed;
// it leaves the line.
//
// Cost: `lock()` allocates nothing. Each `lock()` and `unlock()` takes an internal std::mutex for a moment.
#pragma once

#include "asynciter/detail/waiting_list.h"

#include <cassert>
#include <mutex>
#include <utility>

namespace asynciter {

/// A mutex that is awaited. Not recursive: a coroutine that locks twice waits for itself for ever. All
/// functions may be called from any thread; the thread that unlocks need not be the one that locked.
class async_mutex {
  class lock_operation;

public:
  /// Holds a mutex and unlocks it when it is destroyed.
  class [[nodiscard]] guard {
  public:
    /// Holds no mutex.
    guard() noexcept = default;

    /// Takes over a mutex that is locked.
    guard(async_mutex &locked, std::adopt_lock_t) noexcept : mutex_(&locked) {}

    guard(guard &&other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    guard &operator=(guard &&other) noexcept {
      guard taken(std::move(other));
      std::swap(mutex_, taken.mutex_);
      return *this;
    }
    ~guard() { unlock(); }

    /// Unlocks now, if it holds a mutex.
    void unlock() noexcept {
      if (async_mutex *mutex = std::exchange(mutex_, nullptr))
        mutex->unlock();
    }

    /// Whether it holds a mutex.
    [[nodiscard]] bool owns_lock() const noexcept { return mutex_ != nullptr; }

  private:
    async_mutex *mutex_ = nullptr;
  };

  async_mutex() noexcept = default;
  async_mutex(const async_mutex &) = delete;
  async_mutex &operator=(const async_mutex &) = delete;
  ~async_mutex() { assert(line_.empty() && "a mutex was destroyed while a coroutine waits for it"); }

  /// `co_await m.lock()` waits for the mutex and gives a `guard` of it.
  /// \throws operation_cancelled (on co_await) if stopped while waiting.
  [[nodiscard]] auto lock() noexcept {
    struct [[nodiscard]] locking {
      lock_operation operator co_await() const noexcept { return lock_operation(mutex); }
      async_mutex &mutex;
    };
    return locking{*this};
  }

  /// Locks if that is possible at once. Then `unlock()` must follow, or a `guard(m, std::adopt_lock)`.
  [[nodiscard]] bool try_lock() noexcept {
    std::lock_guard lock(mutex_);
    return !std::exchange(locked_, true);
  }

  /// Unlocks, and hands the mutex over to whoever has waited longest. Requires that it is locked.
  void unlock() noexcept {
    {
      std::lock_guard lock(mutex_);
      hand_over();
    }
    detail::resume_ready();
  }

private:
  template <class, class> friend class detail::wait_operation;

  class lock_operation final : public detail::wait_operation<async_mutex, lock_operation> {
  public:
    using wait_operation::wait_operation;
    ~lock_operation() { leave(); }
    guard await_resume() {
      finish();
      return guard(primitive(), std::adopt_lock);
    }

  private:
    friend wait_operation;
    bool try_complete() noexcept { return !std::exchange(primitive().locked_, true); }
    detail::waiting_list &line() noexcept { return primitive().line_; }
    void give_back() noexcept { primitive().hand_over(); }
  };

  void hand_over() noexcept {
    assert(locked_ && "a mutex was unlocked that nobody has locked");
    if (detail::waiter *next = line_.front())
      static_cast<lock_operation *>(next)->complete();
    else
      locked_ = false;
  }

  std::mutex mutex_;
  bool locked_ = false; // and stays so while it is handed over
  detail::waiting_list line_;
};

} // namespace asynciter
