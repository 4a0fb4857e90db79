// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lazy coroutine with one result.
//
//     task<std::size_t> size_of(std::string url) {
//       std::string page = co_await fetch(std::move(url)); // another task
//       co_return page.size();
//     }
//
// `task<T>` is the async counterpart of a function call: nothing runs before it is awaited, the awaiting
// coroutine goes on when it has ended, and its result or its exception is the result of the `co_await`.
// Control passes by symmetric transfer, so that a chain of tasks needs no native stack where the compiler
// makes the transfer a tail call (Clang always, GCC from -O2 without sanitizers); a loop over tasks that are
// ready needs none with any compiler. A task knows no event loop: it continues on whatever thread resumed
// what it last awaited.
//
// The stop token of the awaiting coroutine is the task's (stop.h), and a task can register cleanup that is
// awaited at its end (cleanup.h).
//
// The design is that of cppcoro's task and of P3552's, without a scheduler.
//
// Lifetime. The task owns its frame, with the coroutine's parameters in it; what they refer to must live
// until the task is over. To destroy it is to destroy the coroutine where it stands, without its registered
// cleanup.
//
// Cost. One allocation, which a recycled frame mostly saves.
#pragma once

#include "asynciter/cleanup.h"
#include "asynciter/config.h"
#include "asynciter/detail/flat_resume.h"
#include "asynciter/detail/frame.h"
#include "asynciter/detail/outcome.h"
#include "asynciter/detail/promise.h"

#include <cassert>
#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace asynciter {

template <class T, class Allocator> class task;

namespace detail {

template <class T, class Promise>
class task_promise_base : public cooperative_promise<task_promise_base<T, Promise>> {
public:
  task_promise_base() noexcept = default;
  task_promise_base(const task_promise_base &) = delete;
  task_promise_base &operator=(const task_promise_base &) = delete;
  ~task_promise_base() { cleanup_promise::destroy_all(cleanups_); }

  lazy_start initial_suspend() const noexcept { return {}; }

  /// Runs the registered cleanups, if there are any, and then the awaiting coroutine: where a transfer need
  /// not be a tail call, on a stack that stays flat over any number of tasks.
  auto final_suspend() noexcept {
    struct go_on {
      bool await_ready() const noexcept { return false; }
#ifdef __clang__
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return next(); }
#else
      void await_suspend(std::coroutine_handle<>) const noexcept { flat_resume::run(next()); }
#endif
      std::coroutine_handle<> next() const noexcept {
        coroutine_suspended();
        if (!promise.cleanups_)
          return promise.continuation_;
        auto *top = static_cast<cleanup_promise *>(promise.cleanups_);
        return top->start_run(&task_promise_base::cleaned_up, &promise);
      }
      void await_resume() const noexcept {}
      task_promise_base &promise;
    };
    return go_on{*this};
  }

  void unhandled_exception() noexcept { outcome_.capture_current_exception(); }

  using cooperative_promise<task_promise_base>::await_transform;

  /// Hands the operand the stop token. Where nothing has to be tracked the operand itself is awaited, except
  /// with GCC 12, which copies what is returned by reference: there a step is made again.
  template <awaitable A> decltype(auto) await_transform(A &&operand) {
    using awaiter = decltype(get_awaiter(std::forward<A>(operand)));
#ifdef NDEBUG
#ifdef __clang__
    if constexpr (takes_stop_token<A>) {
      operand.take_stop_token(stop_);
      return std::forward<A>(operand);
    } else if constexpr (!takes_stop_token<awaiter>) {
      return std::forward<A>(operand);
    } else
#else
    if constexpr (requires { operand.with_stop_token(stop_); })
      return operand.with_stop_token(stop_);
    else
#endif
#endif
      return tracking_awaiter<awaiter>(std::forward<A>(operand), stop_);
  }

  /// The stop token of the awaiting coroutine.
  const std::stop_token *stop() const noexcept { return stop_; }
  void use_own_stop_token(const std::stop_token *stop) noexcept { stop_ = stop; }

  /// Where cleanup is registered.
  attachment *&cleanups() noexcept { return cleanups_; }

  void start_under(std::coroutine_handle<> continuation, const std::stop_token *stop) noexcept {
    assert(!continuation_ && "a task was awaited twice");
    continuation_ = continuation;
    stop_ = stop;
  }
  T take() { return outcome_.take(); }

protected:
  outcome<T> outcome_;

private:
  static std::coroutine_handle<> cleaned_up(cleanup_run &run) noexcept {
    auto &promise = *static_cast<task_promise_base *>(run.owner);
    if (run.failure)
      promise.outcome_.fail_first(std::move(run.failure));
    cleanup_promise::destroy_all(promise.cleanups_);
    return promise.continuation_;
  }

  std::coroutine_handle<> continuation_;
  const std::stop_token *stop_ = nullptr;
  attachment *cleanups_ = nullptr;
};

template <class T, class Allocator>
class task_promise final : public frame_memory<Allocator>,
                           public task_promise_base<T, task_promise<T, Allocator>> {
public:
  task<T, Allocator> get_return_object() noexcept;
  template <class U = T>
    requires std::convertible_to<U, T>
  void return_value(U &&value) {
    this->outcome_.emplace(std::forward<U>(value));
  }
};

template <class Allocator>
class task_promise<void, Allocator> final : public frame_memory<Allocator>,
                                            public task_promise_base<void, task_promise<void, Allocator>> {
public:
  task<void, Allocator> get_return_object() noexcept;
  void return_void() noexcept { this->outcome_.emplace(); }
};

} // namespace detail

/// A lazy coroutine that is awaited at most once and then gives a `T`.
///
/// Owns its frame: destroying a task destroys the coroutine, at whatever suspension it stands, and everything
/// it awaits. Parameters are part of the frame; what they refer to must live until the task is awaited to its
/// end. A task is moved, not copied, and not moved while it is being awaited. Not thread-safe.
///
/// \tparam T the result: void, a movable type, or a reference to something that outlives the frame.
/// \tparam Allocator where the frame lives: see detail/frame.h.
template <class T = void, class Allocator = recycling>
class [[nodiscard]] ASYNCITER_TASK_TYPE ASYNCITER_AWAIT_ELIDABLE task {
public:
  using promise_type = detail::task_promise<T, Allocator>;
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
    assert(coroutine_ && "a task without a coroutine was awaited");
    return result_awaiter(coroutine_);
  }

private:
  friend promise_type;

  class [[nodiscard]] result_awaiter {
  public:
    explicit result_awaiter(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> waiting) const noexcept {
      coroutine_.promise().start_under(waiting, detail::stop_of(waiting));
      return coroutine_;
    }
    T await_resume() const { return coroutine_.promise().take(); }

  private:
    std::coroutine_handle<promise_type> coroutine_;
  };

  explicit task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T, class Allocator>
task<T, Allocator> task_promise<T, Allocator>::get_return_object() noexcept {
  return task<T, Allocator>(std::coroutine_handle<task_promise>::from_promise(*this));
}

template <class Allocator> task<void, Allocator> task_promise<void, Allocator>::get_return_object() noexcept {
  return task<void, Allocator>(std::coroutine_handle<task_promise>::from_promise(*this));
}

} // namespace detail

} // namespace asynciter
