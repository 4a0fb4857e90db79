// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lazy coroutine with one result.
//
// `task<T>` is the async counterpart of a function call: nothing runs before it is awaited, the awaiting
// coroutine goes on when it has ended, and its result or its exception is the result of the `co_await`.
// Control passes by symmetric transfer, so that a chain of tasks needs no native stack where the compiler
// makes the transfer a tail call (Clang always, GCC from -O2 without sanitizers). A task knows no event loop:
// it continues on whatever thread resumed what it last awaited.
//
// The design is that of cppcoro's task and of P3552's, without a scheduler.
#pragma once

#include "asynciter/config.h"
#include "asynciter/detail/outcome.h"

#include <cassert>
#include <coroutine>
#include <type_traits>
#include <utility>

namespace asynciter {

template <class T> class task;

namespace detail {

template <class T> class task_promise_base {
public:
  std::suspend_always initial_suspend() const noexcept { return {}; }

  auto final_suspend() const noexcept {
    struct resume_continuation {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return continuation; }
      void await_resume() const noexcept {}
      std::coroutine_handle<> continuation;
    };
    return resume_continuation{continuation_};
  }

  void unhandled_exception() noexcept { outcome_.capture_current_exception(); }

  void start_under(std::coroutine_handle<> continuation) noexcept {
    assert(!continuation_ && "a task was awaited twice");
    continuation_ = continuation;
  }
  T take() { return outcome_.take(); }

protected:
  outcome<T> outcome_;

private:
  std::coroutine_handle<> continuation_;
};

template <class T> class task_promise final : public task_promise_base<T> {
public:
  task<T> get_return_object() noexcept;
  template <class U = T>
    requires std::convertible_to<U, T>
  void return_value(U &&value) {
    this->outcome_.emplace(std::forward<U>(value));
  }
};

template <> class task_promise<void> final : public task_promise_base<void> {
public:
  task<void> get_return_object() noexcept;
  void return_void() noexcept { outcome_.emplace(); }
};

} // namespace detail

/// A lazy coroutine that is awaited at most once and then gives a `T`.
///
/// Owns its frame: destroying a task destroys the coroutine, at whatever suspension it stands, and everything
/// it awaits. Parameters are part of the frame; what they refer to must live until the task is awaited to its
/// end. A task is moved, not copied, and not moved while it is being awaited. Not thread-safe.
///
/// \tparam T the result: void, a movable type, or a reference to something that outlives the frame.
template <class T = void> class [[nodiscard]] ASYNCITER_CORO_TYPE task {
public:
  using promise_type = detail::task_promise<T>;
  using value_type = T;

  /// A task without a coroutine, only good for assigning to.
  task() noexcept = default;

  /// Takes the coroutine over; `other` is left without one.
  task(task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}

  /// Destroys the coroutine held so far and takes over the one of `other`.
  task &operator=(task &&other) noexcept {
    task(std::move(other)).swap(*this);
    return *this;
  }

  ~task() {
    if (coroutine_)
      coroutine_.destroy();
  }

  void swap(task &other) noexcept { std::swap(coroutine_, other.coroutine_); }

  /// Whether there is a coroutine to await.
  [[nodiscard]] bool valid() const noexcept { return coroutine_ != nullptr; }

  /// `co_await std::move(t)` runs the coroutine to its end and gives its result or throws its exception.
  /// The task keeps the frame, and must stay alive meanwhile. Requires `valid()` and that it was not awaited
  /// before.
  [[nodiscard]] auto operator co_await() && noexcept {
    struct [[nodiscard]] result_awaiter {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> continuation) const noexcept {
        coroutine.promise().start_under(continuation);
        return coroutine;
      }
      T await_resume() const { return coroutine.promise().take(); }
      std::coroutine_handle<promise_type> coroutine;
    };
    assert(coroutine_ && "a task without a coroutine was awaited");
    return result_awaiter{coroutine_};
  }

private:
  friend promise_type;
  explicit task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T> task<T> task_promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<task_promise>::from_promise(*this));
}

inline task<void> task_promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<task_promise>::from_promise(*this));
}

} // namespace detail

} // namespace asynciter
