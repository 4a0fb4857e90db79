// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Our tasks and streams in Asio's coroutines, and wherever else Asio takes a completion token.
//
// The promise of `asio::awaitable` accepts nothing but Asio's own operations. So an awaitable of ours becomes
// one, an initiating function with a completion token like any other:
//
//     asio::awaitable<void> session(tcp::socket socket) {
//       std::string name = co_await async_await(log_in(socket), asio::use_awaitable);
//       auto lines = read_lines(socket);                                     // an async_generator
//       while (auto line = co_await async_next(lines, asio::use_awaitable))
//         greet(name, *line);
//     }
//
// Other tokens do as well (`use_future`, a callback, `awaitable_operators`). In the other direction nothing
// is needed: `co_await asio::co_spawn(executor, f(), use_await)` awaits an `asio::awaitable` in a task.
//
// Cancellation. The cancellation slot of the completion handler, if it has one, becomes the stop token of
// what is awaited; an `operation_cancelled` that comes out of it arrives as Asio's
// `error::operation_aborted`. A stream that was stopped in a step can be stepped again.
//
// Threads. Without an executor the awaitable is started where the initiating function is called, and runs
// wherever what it waits for resumes it; with one, it is started there. The handler is always posted to its
// associated executor, never called within the initiating function, as Asio wants it.
//
// Lifetime. What is awaited is moved into the operation; a stream is referred to and must live until the step
// is over. An operation that is under way when its context is destroyed is destroyed with it.
//
// Cost. A coroutine frame for each operation, out of the list that the thread keeps, and a turn of the
// handler's loop: a loop over a stream is cheaper in a task that is awaited as a whole.
//
// `sleep_for` and others that use the `current_executor()` need a loop that is run by `asynciter::run`.
#pragma once

#include "asynciter/asio.h"
#include "asynciter/protocol.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/system_executor.hpp>
#else
#include <asio/system_executor.hpp>
#endif

#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

/// How a handler is given a `T`. Asio needs a value beside an exception, too, so it must be one that can be
/// made from nothing.
template <class T> struct delivery {
  using type = std::conditional_t<std::default_initializable<T>, T, std::optional<T>>;
  using signature = void(std::exception_ptr, type);
  static type wrap(T &&value) { return type(std::move(value)); }
};
template <class T>
  requires std::is_reference_v<T>
struct delivery<T> {
  using type = std::add_pointer_t<T>;
  using signature = void(std::exception_ptr, type);
  static type wrap(T &&value) noexcept { return std::addressof(value); }
};
template <> struct delivery<void> {
  using signature = void(std::exception_ptr);
};

/// Calls a handler with a result, on the handler's executor, after it has destroyed the coroutine that awaits
/// this: a handler may count on it that the operation has let go of everything.
template <class Handler, class Guard, class T> class [[nodiscard]] handing_over {
public:
  handing_over(Handler handler, Guard guard, outcome<T> result)
      : handler_(std::move(handler)), guard_(std::move(guard)), result_(std::move(result)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> finished) noexcept {
    Guard guard(std::move(guard_));
    auto call = [handler = std::move(handler_), result = std::move(result_)]() mutable {
      hand_over(std::move(handler), std::move(result));
    };
    finished.destroy(); // and *this with it
    net::post(guard.get_executor(), std::move(call));
  }
  void await_resume() const noexcept {}

private:
  static void hand_over(Handler handler, outcome<T> result) {
    std::exception_ptr error;
    if constexpr (std::is_void_v<T>) {
      try {
        result.take();
      } catch (...) {
        error = std::current_exception();
      }
      std::move(handler)(std::move(error));
    } else {
      typename delivery<T>::type value{};
      try {
        value = delivery<T>::wrap(result.take());
      } catch (...) {
        error = std::current_exception();
      }
      std::move(handler)(std::move(error), std::move(value));
    }
  }

  Handler handler_;
  Guard guard_;
  outcome<T> result_;
};

template <class Awaitable, class Handler, class Guard, class Executor>
spawned bridge(spawned_tasks &, std::stop_token stop, Awaitable operand, Handler handler, Guard guard,
               net::executor_work_guard<Executor>) {
  using result_type = await_result_t<Awaitable>;
  outcome<result_type> result;
  try {
    if constexpr (std::is_void_v<result_type>) {
      co_await std::move(operand);
      result.emplace();
    } else {
      result.emplace(co_await std::move(operand));
    }
  } catch (const operation_cancelled &) {
    if (stop.stop_requested())
      result.fail_first(std::make_exception_ptr(system_error(net::error::operation_aborted)));
    else
      result.capture_current_exception();
  } catch (...) {
    result.capture_current_exception();
  }
  handing_over<Handler, Guard, result_type> last(std::move(handler), std::move(guard), std::move(result));
  co_await last;
}

/// Starts the operation that an awaitable becomes.
template <class Executor> class bridge_initiation {
public:
  using executor_type = Executor;

  explicit bridge_initiation(const Executor &executor, bool here) : executor_(executor), here_(here) {}
  executor_type get_executor() const noexcept { return executor_; }

  template <class Handler, class Awaitable> void operator()(Handler &&handler, Awaitable operand) const {
    auto runs_on = net::get_associated_executor(handler, executor_);
    std::stop_token token;
    if (auto slot = net::get_associated_cancellation_slot(handler); slot.is_connected()) {
      std::stop_source source;
      token = source.get_token();
      slot.assign([source = std::move(source)](net::cancellation_type type) mutable {
        if (type != net::cancellation_type::none)
          source.request_stop();
      });
    }
    auto guard = net::make_work_guard(runs_on);
    auto &list = net::use_service<spawned_tasks>(net::query(executor_, net::execution::context));
    auto coroutine =
        bridge(list, std::move(token), std::move(operand), std::decay_t<Handler>(std::move(handler)),
               std::move(guard), net::executor_work_guard<Executor>(executor_))
            .coroutine;
    if (here_)
      coroutine.resume();
    else
      net::dispatch(executor_, [coroutine] { coroutine.resume(); });
  }

private:
  Executor executor_;
  bool here_;
};

template <class S> auto one_step(S *stream) -> task<await_result_t<decltype(stream->next())>> {
  co_return co_await stream->next();
}

/// Where an operation runs that was given no executor.
inline net::any_io_executor default_executor() {
  if (current_context)
    return current_context->get_executor();
  return net::system_executor();
}

} // namespace detail

/// `async_await(executor, a, token)` awaits `a`, started on `executor`, as an Asio operation that completes
/// with `(std::exception_ptr, T)`, for an awaitable of `void` with `(std::exception_ptr)`. A `T` that has no
/// default constructor is delivered as `std::optional<T>`, which has a value unless there is an exception; a
/// reference as a pointer.
/// \param operand a task, or whatever else a task could await; moved into the operation.
template <class Executor, class Awaitable, class Token>
  requires awaitable<std::decay_t<Awaitable>>
auto async_await(const Executor &executor, Awaitable &&operand, Token &&token) {
  using operand_type = std::decay_t<Awaitable>;
  return net::async_initiate<Token, typename detail::delivery<await_result_t<operand_type>>::signature>(
      detail::bridge_initiation<Executor>(executor, false), token,
      operand_type(std::forward<Awaitable>(operand)));
}

/// The same, started where the initiating function is called. A handler without an associated executor is
/// called on the `current_executor()` or, where there is none, on the system executor.
template <class Awaitable, class Token>
  requires awaitable<std::decay_t<Awaitable>>
auto async_await(Awaitable &&operand, Token &&token) {
  using operand_type = std::decay_t<Awaitable>;
  return net::async_initiate<Token, typename detail::delivery<await_result_t<operand_type>>::signature>(
      detail::bridge_initiation<net::any_io_executor>(detail::default_executor(), true), token,
      operand_type(std::forward<Awaitable>(operand)));
}

/// `async_next(executor, s, token)` makes one step of the stream `s`, started on `executor`, as an Asio
/// operation that completes with `(std::exception_ptr, step)`, where `step` is what `co_await s.next()`
/// gives. \param s must live until the step is over.
template <class Executor, stream S, class Token>
auto async_next(const Executor &executor, S &s, Token &&token) {
  return async_await(executor, detail::one_step(&s), std::forward<Token>(token));
}

/// The same, started where the initiating function is called.
template <stream S, class Token> auto async_next(S &s, Token &&token) {
  return async_await(detail::one_step(&s), std::forward<Token>(token));
}

} // namespace asynciter
