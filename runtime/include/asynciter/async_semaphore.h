// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A number of permits that coroutines take and give back: at most so many downloads at once, at most so much
// memory in use.
//
//     async_semaphore slots(8);
//
//     task<page> fetch_politely(url where) {
//       auto slot = co_await slots.hold(); // waits while eight others fetch
//       co_return co_await fetch(where);
//     }                                    // given back here
//
// `acquire()` and `release()` are for permits that are given back elsewhere, or that count events: then the
// semaphore begins with 0, and whoever has something to announce releases.
//
// Order: first come, first served, also between those who want many permits and those who want few. Somebody
// who wants many is not overtaken, so the line may wait although some permits are free. `release()` resumes
// those whose turn it is on its own thread, before it returns; or, when it is itself called from a coroutine
// that was resumed that way, once that suspends. So a long line needs no deep stack.
//
// Stopping: a coroutine that waits and is stopped leaves the line, and its `co_await` throws
// `operation_cancelled`. If it has its permits by then, it keeps them.
//
// Lifetime: the semaphore must outlive all that wait for it or hold permits. A coroutine that waits may be
// destroyed; it leaves the line.
//
// Cost: nothing is allocated. Each operation takes an internal std::mutex for a moment.
#pragma once

#include "asynciter/detail/waiting_list.h"

#include <cassert>
#include <cstddef>
#include <mutex>
#include <utility>

namespace asynciter {

/// A counting semaphore that is awaited. All functions may be called from any thread.
class async_semaphore {
  class acquire_operation;
  class hold_operation;

public:
  /// Holds permits and gives them back when it is destroyed.
  class [[nodiscard]] permit {
  public:
    /// Holds nothing.
    permit() noexcept = default;

    /// Takes over permits that were acquired.
    permit(async_semaphore &from, std::size_t count) noexcept : semaphore_(&from), count_(count) {}

    permit(permit &&other) noexcept
        : semaphore_(std::exchange(other.semaphore_, nullptr)), count_(std::exchange(other.count_, 0)) {}
    permit &operator=(permit &&other) noexcept {
      permit taken(std::move(other));
      std::swap(semaphore_, taken.semaphore_);
      std::swap(count_, taken.count_);
      return *this;
    }
    ~permit() { release(); }

    /// Gives back now what it holds.
    void release() noexcept {
      if (async_semaphore *semaphore = std::exchange(semaphore_, nullptr))
        semaphore->release(std::exchange(count_, 0));
    }

    /// How many permits it holds.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

  private:
    async_semaphore *semaphore_ = nullptr;
    std::size_t count_ = 0;
  };

  /// \param permits how many there are at the beginning.
  explicit async_semaphore(std::size_t permits) noexcept : available_(permits) {}
  async_semaphore(const async_semaphore &) = delete;
  async_semaphore &operator=(const async_semaphore &) = delete;
  ~async_semaphore() { assert(line_.empty() && "a semaphore was destroyed while a coroutine waits for it"); }

  /// `co_await s.acquire(n)` waits for `n` permits and takes them, all at once.
  /// \throws operation_cancelled (on co_await) if stopped while waiting; nothing is taken then.
  [[nodiscard]] auto acquire(std::size_t count) noexcept { return taking<acquire_operation>{*this, count}; }

  /// `co_await s.acquire()` waits for one permit and takes it.
  [[nodiscard]] auto acquire() noexcept { return acquire(1); }

  /// `co_await s.hold(n)` does the same and gives a `permit` that gives them back.
  [[nodiscard]] auto hold(std::size_t count) noexcept { return taking<hold_operation>{*this, count}; }

  /// `co_await s.hold()` does so for one permit.
  [[nodiscard]] auto hold() noexcept { return hold(1); }

  /// Takes permits if that is possible at once, which it is not while somebody waits.
  [[nodiscard]] bool try_acquire(std::size_t count = 1) noexcept {
    std::lock_guard lock(mutex_);
    return take(count);
  }

  /// Adds permits, and resumes those whose turn it is.
  void release(std::size_t count = 1) noexcept {
    {
      std::lock_guard lock(mutex_);
      available_ += count;
      serve();
    }
    detail::resume_ready();
  }

  /// How many permits are free. Other threads may change that at any time.
  [[nodiscard]] std::size_t available() const noexcept {
    std::lock_guard lock(mutex_);
    return available_;
  }

private:
  template <class, class> friend class detail::wait_operation;

  template <class Operation> struct [[nodiscard]] taking {
    Operation operator co_await() const noexcept { return Operation(semaphore, count); }
    async_semaphore &semaphore;
    std::size_t count;
  };

  class acquire_operation : public detail::wait_operation<async_semaphore, acquire_operation> {
  public:
    acquire_operation(async_semaphore &from, std::size_t count) noexcept
        : wait_operation(from), count_(count) {}
    ~acquire_operation() { leave(); }
    void await_resume() { finish(); }
    std::size_t count() const noexcept { return count_; }

  private:
    friend wait_operation;
    bool try_complete() noexcept { return primitive().take(count_); }
    detail::waiting_list &line() noexcept { return primitive().line_; }
    void left() noexcept { primitive().serve(); }
    void give_back() noexcept {
      primitive().available_ += count_;
      primitive().serve();
    }
    std::size_t count_;
  };

  class hold_operation final : public acquire_operation {
  public:
    using acquire_operation::acquire_operation;
    permit await_resume() {
      finish();
      return permit(primitive(), count());
    }
  };

  bool take(std::size_t count) noexcept {
    if (!line_.empty() || available_ < count)
      return false;
    available_ -= count;
    return true;
  }

  void serve() noexcept {
    while (detail::waiter *next = line_.front()) {
      auto *first = static_cast<acquire_operation *>(next);
      if (available_ < first->count())
        return;
      available_ -= first->count();
      first->complete();
    }
  }

  mutable std::mutex mutex_;
  std::size_t available_;
  detail::waiting_list line_;
};

} // namespace asynciter
