// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asio as the event loop of tasks and generators.
//
// Tasks and generators know no loop: they are resumed by what they await. This header makes Asio's operations
// awaitable in them, by a completion token:
//
//     std::size_t n = co_await socket.async_read_some(buffer, use_await);         // errors are thrown
//     auto [error, n] = co_await socket.async_read_some(buffer, use_await_tuple); // errors are looked at
//
// and adds the four things a program needs besides: a blocking entry for main (`run`), coroutines that run
// beside the one that is waited for (`spawn`), a timer (`sleep_for`) and the executor of the loop that runs
// the current coroutine (`current_executor`).
//
// An operation starts when it is awaited, its awaiter lives in the coroutine's frame, and nothing is
// allocated besides what Asio allocates itself. If the coroutine is destroyed while it waits, the completion
// resumes nobody. Asio however goes on with the operation, so what it works on (buffers above all) must live
// until it has completed or its context runs no more. A context that is destroyed takes its spawned
// coroutines and its operations along, in that order.
//
// Standalone Asio from 1.22 is used; with ASYNCITER_USE_BOOST_ASIO defined, Boost.Asio from 1.81. Asio's own
// coroutine support is not needed. No other header of ours includes Asio; those that build on this one name
// it `asynciter::net`.
#pragma once

#include "asynciter/config.h"
#include "asynciter/detail/outcome.h"
#include "asynciter/task.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#else
#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/error.hpp>
#include <asio/error_code.hpp>
#include <asio/execution.hpp>
#include <asio/execution_context.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/query.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_error.hpp>
#endif

#include <cassert>
#include <chrono>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asynciter {

#ifdef ASYNCITER_USE_BOOST_ASIO
/// The Asio in use.
namespace net = ::boost::asio;
using error_code = ::boost::system::error_code;
using system_error = ::boost::system::system_error;
#else
/// The Asio in use.
namespace net = ::asio;
using error_code = ::asio::error_code;
using system_error = ::asio::system_error;
#endif

/// The type of `use_await`.
struct use_await_t {};

/// The type of `use_await_tuple`.
struct use_await_tuple_t {};

/// A completion token: the initiating function gives an awaitable that starts the operation when it is
/// awaited.
///
/// For an operation that completes with `(error_code, results...)` or `(exception_ptr, results...)` the
/// `co_await` throws the error (an error_code as `system_error`) and gives nothing, the result, or a tuple of
/// several results. The coroutine goes on where the operation's handler would run, that is, on the I/O
/// object's executor.
///
/// The awaitable holds the operation's arguments by value (a buffer is a view: what it views must live until
/// the operation completes), must be awaited at most once, and refers to the I/O object.
inline constexpr use_await_t use_await{};

/// The same, but nothing is thrown: the `co_await` gives all that the operation completes with, as it is if
/// it is one value, else as a tuple. Right where an error is an expected end, such as `error::eof` on a
/// stream.
inline constexpr use_await_tuple_t use_await_tuple{};

namespace detail {

template <class... Results> struct packed {
  using type = std::tuple<Results...>;
};
template <class Result> struct packed<Result> {
  using type = Result;
};
template <> struct packed<> {
  using type = void;
};

/// What the completion arguments mean: all of them are the result, ...
template <class Token, class... Args> struct completion {
  using result = typename packed<Args...>::type;
  static void store(outcome<result> &outcome, Args... args) { outcome.emplace(std::move(args)...); }
};

/// ... or the first one is an error that is thrown.
template <class... Results> struct completion<use_await_t, error_code, Results...> {
  using result = typename packed<Results...>::type;
  static void store(outcome<result> &outcome, error_code error, Results... results) {
    outcome.capture([&]() -> result {
      if (error)
        throw system_error(error);
      return result(std::move(results)...);
    });
  }
};
template <class... Results> struct completion<use_await_t, std::exception_ptr, Results...> {
  using result = typename packed<Results...>::type;
  static void store(outcome<result> &outcome, std::exception_ptr error, Results... results) {
    outcome.capture([&]() -> result {
      if (error)
        std::rethrow_exception(std::move(error));
      return result(std::move(results)...);
    });
  }
};

/// An Asio operation that starts when it is awaited. While it runs, the awaiter and the handler that Asio
/// holds know each other's address, so that either may die first.
template <class Completion, class Initiation, class... InitArgs> class [[nodiscard]] operation {
public:
  explicit operation(Initiation initiation, InitArgs... args)
      : start_(std::move(initiation), std::move(args)...) {}
  operation(operation &&other) : start_(std::move(other.start_)) {
    assert(!other.handler_ && "an operation was moved while it runs");
  }
  ~operation() {
    if (handler_)
      handler_->operation_ = nullptr;
  }

  bool await_ready() const noexcept { return false; }

  void await_suspend(std::coroutine_handle<> waiting) {
    assert(!waiting_ && "an operation was awaited twice");
    waiting_ = waiting;
    // The operation may complete on another thread and destroy *this before the initiation returns.
    std::apply(
        [handler = handler(*this)](auto &&initiation, auto &&...args) mutable {
          std::move(initiation)(std::move(handler), std::move(args)...);
        },
        std::tuple(std::move(start_)));
  }

  typename Completion::result await_resume() { return outcome_.take(); }

private:
  class handler {
  public:
    explicit handler(operation &operation) noexcept : operation_(&operation) { operation.handler_ = this; }
    handler(handler &&other) noexcept : operation_(std::exchange(other.operation_, nullptr)) {
      if (operation_)
        operation_->handler_ = this;
    }
    ~handler() {
      if (operation_)
        operation_->handler_ = nullptr;
    }

    template <class... Args> void operator()(Args &&...args) {
      auto *completed = std::exchange(operation_, nullptr);
      if (!completed)
        return;
      completed->handler_ = nullptr;
      Completion::store(completed->outcome_, std::forward<Args>(args)...);
      completed->waiting_.resume();
    }

  private:
    friend operation;
    operation *operation_;
  };

  std::tuple<Initiation, InitArgs...> start_;
  std::coroutine_handle<> waiting_;
  handler *handler_ = nullptr;
  outcome<typename Completion::result> outcome_;
};

template <class Token, class... Args> struct initiator {
  template <class Initiation, class... InitArgs>
  static auto initiate(Initiation &&initiation, Token, InitArgs &&...args) {
    return operation<completion<Token, std::decay_t<Args>...>, std::decay_t<Initiation>,
                     std::decay_t<InitArgs>...>(std::forward<Initiation>(initiation),
                                                std::forward<InitArgs>(args)...);
  }
};

} // namespace detail
} // namespace asynciter

/// Connects `use_await` to Asio's initiating functions.
template <class R, class... Args>
class asynciter::net::async_result<asynciter::use_await_t, R(Args...)>
    : public asynciter::detail::initiator<asynciter::use_await_t, Args...> {};

/// Connects `use_await_tuple` to Asio's initiating functions.
template <class R, class... Args>
class asynciter::net::async_result<asynciter::use_await_tuple_t, R(Args...)>
    : public asynciter::detail::initiator<asynciter::use_await_tuple_t, Args...> {};

namespace asynciter {
namespace detail {

inline thread_local net::io_context *current_context = nullptr;

/// Makes a context current for as long as it lives, then the one before.
class current_context_scope {
public:
  explicit current_context_scope(net::io_context &context) noexcept
      : previous_(std::exchange(current_context, &context)) {}
  current_context_scope(const current_context_scope &) = delete;
  current_context_scope &operator=(const current_context_scope &) = delete;
  ~current_context_scope() { current_context = previous_; }

private:
  net::io_context *previous_;
};

/// The coroutine at the bottom of a stack of tasks that nobody awaits; whoever has the handle owns it.
struct root {
  struct promise_type {
    root get_return_object() noexcept { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> coroutine;
};

template <class T> root drive(task<T> main, outcome<T> &outcome) {
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

/// A coroutine that belongs to a `spawned_tasks`, starts when it is resumed, and destroys itself at its end.
struct spawned {
  struct promise_type {
    template <class... Args>
    explicit promise_type(spawned_tasks &list, Args &...)
        : link(list, std::coroutine_handle<promise_type>::from_promise(*this)) {}
    spawned get_return_object() noexcept {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
    spawned_tasks::link link;
  };
  std::coroutine_handle<> coroutine;
};

template <class OnError> spawned drive(spawned_tasks &, task<void> body, OnError on_error) {
  try {
    co_await std::move(body);
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
/// Blocks, so it belongs into `main` and into tests, never into a coroutine. What else the context has to do
/// is done meanwhile, and is left where it stands when `main` has ended. No other thread may run `context`.
/// \throws std::logic_error if the context runs out of work or is stopped before `main` has ended; `main` is
/// then destroyed where it stands.
template <class T> T run(net::io_context &context, task<T> main) {
  detail::current_context_scope scope(context);
  detail::outcome<T> outcome;
  struct owner {
    ~owner() { root.coroutine.destroy(); }
    detail::root root;
  } owner{detail::drive(std::move(main), outcome)};

  owner.root.coroutine.resume();
  context.restart();
  while (outcome.empty())
    if (!context.run_one())
      throw std::logic_error("asynciter: the event loop has nothing left to do, but the task has not ended");
  return outcome.take();
}

/// Runs `main` to its end on an event loop of its own, and gives its result or throws its exception.
///
/// Blocks, so it belongs into `main` and into tests, never into a coroutine. When `main` has ended, so does
/// the loop: spawned coroutines that still run are destroyed where they stand, and offloaded jobs are waited
/// for.
/// \throws std::logic_error if the loop runs out of work before `main` has ended; `main` is then destroyed
/// where it stands.
template <class T> T run(task<T> main) {
  net::io_context context(1);
  return run(context, std::move(main));
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
/// \param on_error called with the exception if one leaves `body`; an exception of its own ends the program.
template <class Executor, std::invocable<std::exception_ptr> OnError = terminate_on_error>
void spawn(const Executor &executor, task<void> body, OnError on_error = {}) {
  auto &list = net::use_service<detail::spawned_tasks>(net::query(executor, net::execution::context));
  auto coroutine = detail::drive(list, std::move(body), std::move(on_error)).coroutine;
  net::post(executor, [coroutine] { coroutine.resume(); });
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
  void await_suspend(std::coroutine_handle<> waiting) {
    timer_.expires_after(duration_);
    wait_.await_suspend(waiting);
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

} // namespace asynciter
