// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asio as the event loop of tasks and generators.
//
// Tasks and generators know no loop: they are resumed by what they await. This header makes Asio's operations
// awaitable in them, by a completion token (use_await.h):
//
//     std::size_t n = co_await socket.async_read_some(buffer, use_await);            // errors are thrown
//     auto [error, size] = co_await socket.async_read_some(buffer, use_await_tuple); // errors are looked at
//
// and adds what a program needs besides: a blocking entry for main (`run`), coroutines that run beside the
// one that is waited for (`spawn`), a timer (`sleep_for`), one turn of the loop (`yield_now`) and the
// executor of the loop that runs the current coroutine (`current_executor`).
//
//     task<> serve(tcp::socket client);
//
//     task<> listen(tcp::endpoint at, std::stop_token stop) {
//       tcp::acceptor acceptor(current_executor(), at);
//       for (;;) {
//         tcp::socket client = co_await acceptor.async_accept(use_await);
//         spawn(current_executor(), serve(std::move(client)), stop);
//       }
//     }
//
//     void serve_until(std::stop_token stop, tcp::endpoint at) { run(listen(at, stop), stop); }
//
// Cancellation. `run` and `spawn` take the stop token of the coroutines that they run (stop.h). A stop may be
// requested on any thread; every wait of this header then ends promptly, on its own executor.
//
// Lifetime. A context that is destroyed takes its spawned coroutines and its operations along, in that order.
// What lives how long in an operation: see use_await.h.
//
// Standalone Asio from 1.22 is used; with ASYNCITER_USE_BOOST_ASIO defined, Boost.Asio from 1.81. Asio's own
// coroutine support is not needed; asio_awaitable.h connects to it. No header of ours that does not build on
// this one includes Asio; those that do name it `asynciter::net`.
//
// Cost. A frame for each `run` and `spawn`, out of the list that the thread keeps, and for each hop what
// Asio's own post or timer takes.
#pragma once

#include "asynciter/config.h"
#include "asynciter/detail/frame.h"
#include "asynciter/detail/net.h"
#include "asynciter/detail/outcome.h"
#include "asynciter/detail/promise.h"
#include "asynciter/stop.h"
#include "asynciter/task.h"
#include "asynciter/use_await.h"

#include <cassert>
#include <chrono>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {
namespace detail {

/// The promise of a coroutine at the bottom of a stack of tasks, which nobody awaits. It owns the stop token.
class root_promise : public frame_memory<recycling> {
public:
  explicit root_promise(std::stop_token token) noexcept : token_(std::move(token)) {}
  root_promise(const root_promise &) = delete;
  root_promise &operator=(const root_promise &) = delete;

  lazy_start initial_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
  void unhandled_exception() const noexcept { std::terminate(); }
  const std::stop_token *stop() const noexcept { return token_.stop_possible() ? &token_ : nullptr; }

  template <awaitable A> auto await_transform(A &&operand) {
    return tracking_awaiter<decltype(get_awaiter(std::forward<A>(operand)))>(std::forward<A>(operand),
                                                                             stop());
  }

private:
  std::stop_token token_;
};

/// A root that waits at its end; whoever has the handle owns it.
struct root {
  class promise_type : public root_promise {
  public:
    template <class... Args>
    explicit promise_type(const std::stop_token &token, Args &...) noexcept : root_promise(token) {}
    root get_return_object() noexcept { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always final_suspend() const noexcept {
      coroutine_suspended();
      return {};
    }
  };
  std::coroutine_handle<> coroutine;
};

template <class T> root drive(std::stop_token, task<T> main, outcome<T> &outcome ASYNCITER_LIFETIMEBOUND) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(main);
      outcome.emplace();
    } else {
      outcome.emplace(co_await std::move(main));
    }
  } catch (...) {
    outcome.capture_current_exception();
  }
}

/// The spawned coroutines of an execution context, which destroys those that have not ended when it is
/// destroyed.
class spawned_tasks : public net::execution_context::service {
public:
  using key_type = spawned_tasks;
  static inline net::execution_context::id id;

  explicit spawned_tasks(net::execution_context &context) : service(context) {}

  /// A link in the list, in the frame of a spawned coroutine.
  class link {
  public:
    explicit link(spawned_tasks &list, std::coroutine_handle<> coroutine)
        : list_(list), coroutine_(coroutine) {
      std::lock_guard lock(list_.mutex_);
      next_ = std::exchange(list_.first_, this);
      if (next_)
        next_->previous_ = this;
    }
    link(const link &) = delete;
    link &operator=(const link &) = delete;
    ~link() {
      std::lock_guard lock(list_.mutex_);
      (previous_ ? previous_->next_ : list_.first_) = next_;
      if (next_)
        next_->previous_ = previous_;
    }

  private:
    friend spawned_tasks;
    spawned_tasks &list_;
    std::coroutine_handle<> coroutine_;
    link *previous_ = nullptr;
    link *next_ = nullptr;
  };

private:
  void shutdown() noexcept override {
    while (std::coroutine_handle<> coroutine = first())
      coroutine.destroy();
  }

  std::coroutine_handle<> first() noexcept {
    std::lock_guard lock(mutex_);
    return first_ ? first_->coroutine_ : nullptr;
  }

  std::mutex mutex_;
  link *first_ = nullptr;
};

/// A root that belongs to a `spawned_tasks` and destroys itself at its end.
struct spawned {
  class promise_type : public root_promise {
  public:
    template <class... Args>
    explicit promise_type(spawned_tasks &list, const std::stop_token &token, Args &...)
        : root_promise(token), link_(list, std::coroutine_handle<promise_type>::from_promise(*this)) {}
    spawned get_return_object() noexcept {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never final_suspend() const noexcept {
      coroutine_suspended();
      return {};
    }

  private:
    spawned_tasks::link link_;
  };
  std::coroutine_handle<> coroutine;
};

template <class OnError>
spawned drive(spawned_tasks &, std::stop_token token, task<void> body, OnError on_error) {
  try {
    co_await std::move(body);
  } catch (const operation_cancelled &) {
    if (!token.stop_requested())
      on_error(std::current_exception());
  } catch (...) {
    on_error(std::current_exception());
  }
}

} // namespace detail

/// The executor of the `run` that runs the calling code: what to construct sockets and timers with.
/// \throws std::logic_error on a thread that no `run` runs on, such as a thread pool's.
[[nodiscard]] inline net::io_context::executor_type current_executor() {
  if (!detail::current_context)
    throw std::logic_error("asynciter: no asynciter::run runs on this thread");
  return detail::current_context->get_executor();
}

/// Runs `context` on the calling thread until `main` has ended, and gives its result or throws its exception.
///
/// Blocks, so it belongs into `main` and into tests, never into a coroutine, which debug builds assert. What
/// else the context has to do is done meanwhile, and is left where it stands when `main` has ended. No other
/// thread may run `context`.
/// \param stop the stop token of `main` and of all that it awaits. A stop may be requested on any thread;
/// what ends `main` then is for `main` to say, usually `operation_cancelled`.
/// \throws std::logic_error if the context runs out of work or is stopped before `main` has ended; `main` is
/// then destroyed where it stands.
template <class T> T run(net::io_context &context, task<T> main, std::stop_token stop = {}) {
  assert(!detail::inside_coroutine() && "asynciter::run blocks, and was called inside of a coroutine");
  detail::current_context_scope scope(context);
  detail::outcome<T> outcome;
  struct owner {
    ~owner() { root.coroutine.destroy(); }
    detail::root root;
  } owner{detail::drive(std::move(stop), std::move(main), outcome)};

  owner.root.coroutine.resume();
  context.restart();
  while (outcome.empty())
    if (!context.run_one())
      throw std::logic_error("asynciter: the event loop has nothing left to do, but the task has not ended");
  return outcome.take();
}

/// Runs `main` to its end on an event loop of its own, and gives its result or throws its exception.
///
/// Blocks, so it belongs into `main` and into tests, never into a coroutine, which debug builds assert. When
/// `main` has ended, so does the loop: spawned coroutines that still run are destroyed where they stand, and
/// offloaded jobs are waited for.
/// \param stop as above.
/// \throws std::logic_error if the loop runs out of work before `main` has ended; `main` is then destroyed
/// where it stands.
template <class T> T run(task<T> main, std::stop_token stop = {}) {
  net::io_context context(1);
  return run(context, std::move(main), std::move(stop));
}

/// Runs `context` on the calling thread until it has no work left or is stopped, as its member function does,
/// with its executor as the `current_executor()`: for programs whose coroutines are all spawned, or are
/// Asio's (asio_awaitable.h). Gives the number of handlers that were run.
inline std::size_t run(net::io_context &context) {
  detail::current_context_scope scope(context);
  return context.run();
}

/// The error policy of `spawn` that ends the program, as an exception leaving a std::thread does.
struct terminate_on_error {
  [[noreturn]] void operator()(std::exception_ptr) const noexcept { std::terminate(); }
};

/// Runs `body` beside the caller, on `executor`, and forgets it. May be called from any thread.
///
/// The coroutine starts on a later turn of the executor's context, which owns it: a body that has not ended
/// is destroyed with the context, or at the end of the `run(task)` that made the context. What the body's
/// parameters refer to must live until then.
/// \param stop the stop token of `body` and of all that it awaits. A body that a stop has ended, by
/// `operation_cancelled`, has ended as it should: that is no error.
/// \param on_error called with the exception if one leaves `body`; an exception of its own ends the program.
template <class Executor, std::invocable<std::exception_ptr> OnError = terminate_on_error>
void spawn(const Executor &executor, task<void> body, std::stop_token stop, OnError on_error = {}) {
  auto &list = net::use_service<detail::spawned_tasks>(net::query(executor, net::execution::context));
  auto coroutine = detail::drive(list, std::move(stop), std::move(body), std::move(on_error)).coroutine;
  net::post(executor, [coroutine] { coroutine.resume(); });
}

/// The same for a body that is never stopped.
template <class Executor, std::invocable<std::exception_ptr> OnError = terminate_on_error>
void spawn(const Executor &executor, task<void> body, OnError on_error = {}) {
  spawn(executor, std::move(body), std::stop_token(), std::move(on_error));
}

namespace detail {

class [[nodiscard]] sleep_awaiter {
public:
  template <class Executor>
  sleep_awaiter(const Executor &executor, net::steady_timer::duration duration)
      : duration_(duration), timer_(executor), wait_(timer_.async_wait(use_await)) {}
  sleep_awaiter(const sleep_awaiter &) = delete;
  sleep_awaiter &operator=(const sleep_awaiter &) = delete;

  bool await_ready() const noexcept { return false; }
  template <class Promise> bool await_suspend(std::coroutine_handle<Promise> waiting) {
    timer_.expires_after(duration_);
    return wait_.await_suspend(waiting);
  }
  void await_resume() { wait_.await_resume(); }

private:
  net::steady_timer::duration duration_;
  net::steady_timer timer_;
  decltype(timer_.async_wait(use_await)) wait_;
};

} // namespace detail

/// `co_await sleep_for(executor, duration)` resumes on `executor` once `duration` has passed since it was
/// awaited; after a duration of zero or less that is at the next turn of the loop. Suspends only the
/// coroutine, not the thread, unlike `std::this_thread::sleep_for`.
/// \throws (on co_await) operation_cancelled if a stop was requested before.
template <class Executor, class Rep, class Period>
[[nodiscard]] detail::sleep_awaiter sleep_for(const Executor &executor,
                                              std::chrono::duration<Rep, Period> duration) {
  return detail::sleep_awaiter(executor, std::chrono::ceil<net::steady_timer::duration>(duration));
}

/// The same on the `current_executor()`.
/// \throws std::logic_error on a thread that no `run` runs on.
template <class Rep, class Period>
[[nodiscard]] detail::sleep_awaiter sleep_for(std::chrono::duration<Rep, Period> duration) {
  return sleep_for(current_executor(), duration);
}

/// `co_await yield_now(executor)` goes on at the next turn of the executor's loop, so that others get theirs:
/// for long loops over steps that are ready. Python's `asyncio.sleep(0)`.
/// \throws (on co_await) operation_cancelled if a stop was requested before.
template <class Executor> [[nodiscard]] auto yield_now(const Executor &executor) {
  return net::post(executor, use_await);
}

/// The same on the `current_executor()`.
/// \throws std::logic_error on a thread that no `run` runs on.
[[nodiscard]] inline auto yield_now() { return yield_now(current_executor()); }

} // namespace asynciter
