// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Coroutines that wait in line: what channel, async_mutex, async_semaphore and the joins are made of.
//
// A *waiter* is a suspended coroutine as a member of an intrusive list. It lives in the awaiter, so in the
// frame of the coroutine that waits, and takes itself out when that is destroyed: nothing is allocated, and
// nothing dangles. It is in one list at a time: first in that of the primitive it waits for, which the
// primitive's mutex guards, and then in the *ready list* of the thread that completed it.
//
// Resuming. A primitive completes waiters while it holds its mutex, drops the mutex, and calls
// `resume_ready()`, after which it does not touch itself any more, because a resumed coroutine may destroy
// it. The outermost `resume_ready()` of a thread resumes one waiter after the other. One that is called by a
// coroutine resumed that way returns at once and leaves its waiters to the outermost one. So a lock that is
// handed over along a queue of a million coroutines needs no deeper stack than one that is handed over once.
//
// Stopping. `wait_operation` does for all primitives what is easy to get wrong: see there.
#pragma once

#include "asynciter/detail/promise.h"
#include "asynciter/detail/tracking.h"
#include "asynciter/stop.h"

#include <atomic>
#include <coroutine>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace asynciter::detail {

class waiting_list;

/// A coroutine in a line.
class waiter {
public:
  waiter() noexcept = default;
  waiter(const waiter &) = delete;
  waiter &operator=(const waiter &) = delete;
  ~waiter() { leave_list(); }

  /// Takes it out of the list that it is in, if any.
  void leave_list() noexcept;

  /// Out of the line, and resumed by the next `resume_ready()` on this thread.
  void make_ready() noexcept;

  std::coroutine_handle<> coroutine;

private:
  friend waiting_list;
  waiter *next_ = nullptr;
  waiter *previous_ = nullptr;
  waiting_list *list_ = nullptr;
};

/// Waiters in the order of their arrival. All operations take constant time.
class waiting_list {
public:
  [[nodiscard]] bool empty() const noexcept { return !first_; }
  [[nodiscard]] waiter *front() const noexcept { return first_; }

  void push_back(waiter &last) noexcept {
    last.list_ = this;
    last.next_ = nullptr;
    last.previous_ = last_;
    (last_ ? last_->next_ : first_) = &last;
    last_ = &last;
  }

  void remove(waiter &member) noexcept {
    (member.previous_ ? member.previous_->next_ : first_) = member.next_;
    (member.next_ ? member.next_->previous_ : last_) = member.previous_;
    member.list_ = nullptr;
  }

private:
  waiter *first_ = nullptr;
  waiter *last_ = nullptr;
};

inline void waiter::leave_list() noexcept {
  if (list_)
    list_->remove(*this);
}

/// The waiters that this thread will resume.
struct ready_list : waiting_list {
  bool held = false; // somebody further out on the stack resumes them
  static ready_list &mine() noexcept {
    static constinit thread_local ready_list list;
    return list;
  }

  /// Until the `release()` of what it gives, nothing is resumed on this thread.
  static bool hold() noexcept { return std::exchange(mine().held, true); }
  static void release(bool outer) noexcept { mine().held = outer; }
};

inline void waiter::make_ready() noexcept {
  leave_list();
  ready_list::mine().push_back(*this);
}

/// Resumes what is ready on this thread, unless somebody further out on the stack does.
inline void resume_ready() noexcept {
  ready_list &ready = ready_list::mine();
  if (ready.held || ready.empty())
    return;
  ready.held = true;
  while (waiter *next = ready.front()) {
    ready.remove(*next);
    resume_inside(next->coroutine);
  }
  ready.held = false;
}

/// Requests a stop. What that makes ready is resumed when all callbacks have run, so that callbacks are short
/// and nobody has to wait long for the end of one. The source is taken by value: what is resumed may destroy
/// the caller's.
inline void request_stop_of(std::stop_source source) noexcept {
  const bool outer = ready_list::hold();
  source.request_stop();
  ready_list::release(outer);
  resume_ready();
}

/// Passes a stop on to another source.
///
/// What the stop makes ready is resumed within the callback, at its end, for want of a better place. It must
/// not keep the link's owner, who may be resumed on another thread meanwhile, from disconnecting: two threads
/// could wait for each other's callbacks. So the callback is shared with its own execution, and whoever lets
/// go last destroys it.
class stop_link {
public:
  stop_link() noexcept = default;

  void connect(const std::stop_token &from, std::stop_source to) {
    const auto shared = std::make_shared<shared_callback>(std::move(to));
    shared_ = shared;
    shared->on_stop.emplace(from, forwarder{shared});
  }
  void disconnect() noexcept { shared_.reset(); }

  /// Whether a stop was passed on.
  [[nodiscard]] bool forwarded() const noexcept {
    return shared_ && shared_->forwarded.load(std::memory_order_relaxed);
  }

private:
  struct shared_callback;
  struct forwarder {
    void operator()() const noexcept {
      if (auto keep = shared.lock()) {
        keep->forwarded.store(true, std::memory_order_relaxed);
        const bool outer = ready_list::hold();
        keep->to.request_stop();
        keep.reset(); // this may be gone
        ready_list::release(outer);
        resume_ready();
      }
    }
    std::weak_ptr<shared_callback> shared;
  };
  struct shared_callback {
    explicit shared_callback(std::stop_source source) noexcept : to(std::move(source)) {}
    std::stop_source to;
    std::atomic<bool> forwarded = false;
    std::optional<std::stop_callback<forwarder>> on_stop;
  };

  std::shared_ptr<shared_callback> shared_;
};

/// Base of the awaiters of a `Primitive`, which has a `std::mutex mutex_`. `Operation` is the awaiter itself;
/// it calls `leave()` in its destructor and `finish()` first thing in `await_resume()`, and has, all called
/// with the mutex held:
///
///     bool try_complete()      completes the operation if that is possible at once
///     waiting_list &line()     where it waits if not
///     void left() noexcept     it has left the line without being completed: others may have to be
///     void give_back() noexcept  it was completed, and nobody will ever know
///
/// An operation ends in exactly one way, decided under the mutex: completed by the primitive, stopped by the
/// stop callback, or destroyed with its coroutine. The callback may come before the operation is in the line,
/// even from its own registration; then the operation does not suspend. It is destroyed, which waits for it
/// if it is running on another thread, before the coroutine goes on.
///
/// A waiting coroutine may be destroyed by any thread, provided that no other thread can complete or stop the
/// operation just then: it would be resuming the coroutine.
template <class Primitive, class Operation> class wait_operation : public waiter {
public:
  explicit wait_operation(Primitive &primitive) noexcept : primitive_(primitive) {}

  bool await_ready() {
    bool done;
    {
      std::lock_guard lock(primitive_.mutex_);
      done = self().try_complete();
    }
    resume_ready();
    return done;
  }

  template <class Promise> bool await_suspend(std::coroutine_handle<Promise> waiting) {
    coroutine = waiting;
    if (const std::stop_token *stop = stop_of(waiting); stop && stop->stop_possible())
      on_stop_.emplace(*stop, stop_callback{*this});
    {
      std::lock_guard lock(primitive_.mutex_);
      if (state_ == state::stopped)
        return false;
      if (!self().try_complete()) {
        state_ = state::waiting;
        self().line().push_back(*this);
        return true; // when the mutex is free, this may be gone
      }
      state_ = state::completed;
    }
    resume_ready();
    return false;
  }

  /// Ends the wait of an operation in the line; the mutex is held.
  void complete() noexcept {
    state_ = state::completed;
    make_ready();
  }

protected:
  Primitive &primitive() const noexcept { return primitive_; }

  void left() const noexcept {}
  void give_back() const noexcept {}

  /// \throws operation_cancelled if it was stopped.
  void finish() {
    on_stop_.reset();
    coroutine = nullptr;
    if (state_ == state::stopped)
      throw operation_cancelled();
  }

  void leave() noexcept {
    if (!coroutine)
      return;
    on_stop_.reset();
    {
      std::lock_guard lock(primitive_.mutex_);
      leave_list();
      if (state_ == state::waiting)
        self().left();
      else if (state_ == state::completed)
        self().give_back();
    }
    resume_ready();
  }

private:
  enum class state : unsigned char { starting, waiting, completed, stopped };

  struct stop_callback {
    void operator()() const noexcept { operation.stop(); }
    wait_operation &operation;
  };

  Operation &self() noexcept { return static_cast<Operation &>(*this); }

  void stop() noexcept {
    {
      std::lock_guard lock(primitive_.mutex_);
      if (state_ == state::completed)
        return;
      if (std::exchange(state_, state::stopped) == state::starting)
        return; // await_suspend will see it
      make_ready();
      self().left();
    }
    resume_ready();
  }

  Primitive &primitive_;
  state state_ = state::starting;
  std::optional<std::stop_callback<stop_callback>> on_stop_;
};

} // namespace asynciter::detail
