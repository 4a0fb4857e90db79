// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asio's operations as awaitables, by a completion token.
//
//     std::size_t n = co_await socket.async_read_some(buffer, use_await);            // errors are thrown
//     auto [error, size] = co_await socket.async_read_some(buffer, use_await_tuple); // errors are looked at
//
// An operation starts when it is awaited, and the coroutine goes on where the I/O object's handlers
// run.
//
// Lifetime. The awaiter lives in the coroutine's frame. If the coroutine is destroyed while it waits, the
// completion resumes nobody. Asio however goes on with the operation, so what it works on (buffers above all)
// must live until it has completed or its context runs no more.
//
// Cancellation. An operation that is awaited with a stop token (stop.h) is given a cancellation slot. When a
// stop is requested, on whatever thread, the cancellation is posted to the operation's executor, the
// operation completes on the spot, and the `co_await` throws `operation_cancelled`. So does
// `use_await_tuple`: a loop that looks at errors and goes on must end all the same, and a stop is no error of
// the operation. If the operation completes before the stop reaches it, its result wins. An operation that is
// awaited after the stop is not started. What has been transferred before a composed operation (`async_read`)
// was cancelled is in the buffer, and how much that is, is not told. Operations that do not support Asio's
// per-operation cancellation (such as a resolver's in Asio 1.22, and those whose initiation has no executor
// when no `run` runs on the awaiting thread) go on to their end. The I/O object must live until the awaiting
// coroutine goes on, and as always when Asio's objects are used by several threads, it needs a strand as its
// executor.
//
// Cost. Nothing is allocated besides what Asio allocates itself. A stop token costs one small allocation an
// operation, out of a list that the thread keeps, and what Asio allocates for the slot.
#pragma once

#include "asynciter/detail/net.h"
#include "asynciter/detail/operation_stop.h"
#include "asynciter/detail/outcome.h"
#include "asynciter/stop.h"

#include <cassert>
#include <concepts>
#include <coroutine>
#include <exception>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asynciter {

/// The type of `use_await`.
struct use_await_t {};

/// The type of `use_await_tuple`.
struct use_await_tuple_t {};

/// A completion token: the initiating function gives an awaitable that starts the operation when it is
/// awaited.
///
/// For an operation that completes with `(error_code, results...)` or `(exception_ptr, results...)` the
/// `co_await` throws the error (an error_code as `system_error`, one that a stop brought about as
/// `operation_cancelled`) and gives nothing, the result, or a tuple of several results. The coroutine goes on
/// where the operation's handler would run, that is, on the I/O object's executor.
///
/// The awaitable holds the operation's arguments by value (a buffer is a view: what it views must live until
/// the operation completes), must be awaited at most once, and refers to the I/O object.
inline constexpr use_await_t use_await{};

/// The same, but no error is thrown: the `co_await` gives all that the operation completes with, as it is if
/// it is one value, else as a tuple. Right where an error is an expected end, such as `error::eof` on a
/// stream. A stop is no error of the operation: `operation_cancelled` is thrown.
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

/// Whether the first of an operation's results says that it was cancelled.
template <class... Args> bool says_aborted(const error_code &error, const Args &...) noexcept {
  return error == net::error::operation_aborted;
}
template <class... Args> bool says_aborted(const std::exception_ptr &error, const Args &...) {
  if (!error)
    return false;
  try {
    std::rethrow_exception(error);
  } catch (const system_error &failure) {
    return failure.code() == net::error::operation_aborted;
  } catch (...) {
    return false;
  }
}
template <class... Args> bool says_aborted(const Args &...) noexcept { return false; }

/// Where an operation's handlers run, if that is known: what the initiation says, else the current `run`.
template <class Initiation, class F> bool with_executor_of(const Initiation &initiation, F f) {
  if constexpr (requires { initiation.get_executor(); }) {
    f(initiation.get_executor());
    return true;
  } else {
    if (!current_context)
      return false;
    f(current_context->get_executor());
    return true;
  }
}

/// An Asio operation that starts when it is awaited. While it runs, the awaiter and the handler that Asio
/// holds know of each other, so that either may die first: by each other's address, or, if the operation can
/// be stopped, by what they share then.
template <class Completion, class Initiation, class... InitArgs>
class [[nodiscard]] operation : handler_target {
public:
  explicit operation(Initiation initiation, InitArgs... args)
      : handler_target(false), start_(std::move(initiation), std::move(args)...) {}
  operation(operation &&other) : handler_target(false), start_(std::move(other.start_)) {
    assert(!other.waiting_ && "an operation was moved while it runs");
  }
  ~operation() {
    if (stop_)
      stop_->forget_awaiter();
    else if (handler_target::handler)
      static_cast<handler *>(handler_target::handler)->target_ = nullptr;
  }

  bool await_ready() const noexcept { return false; }

  template <class Promise> bool await_suspend(std::coroutine_handle<Promise> waiting) {
    assert(!waiting_ && "an operation was awaited twice");
    waiting_ = waiting;
    const std::stop_token *stop = stop_of(waiting);
    if (stop && stop->stop_possible()) [[unlikely]]
      return start_stoppable(*stop);
    start(handler(*this));
    return true;
  }

  typename Completion::result await_resume() { return outcome_.take(); }

private:
  class handler {
  public:
    using cancellation_slot_type = net::cancellation_slot;

    explicit handler(operation &operation) noexcept : target_(&operation) { target_->handler = this; }
    explicit handler(operation_stop_ref stop) noexcept : target_(stop.detach()) {}
    handler(handler &&other) noexcept : target_(std::exchange(other.target_, nullptr)) {
      if (target_)
        target_->handler = this;
    }
    ~handler() {
      if (target_)
        give_up();
    }

    cancellation_slot_type get_cancellation_slot() const noexcept {
      return target_ && target_->shared ? static_cast<operation_stop *>(target_)->slot()
                                        : cancellation_slot_type();
    }

    template <class... Args> void operator()(Args &&...args) {
      auto *target = std::exchange(target_, nullptr);
      if (!target)
        return;
      if (target->shared) [[unlikely]] {
        complete_shared(operation_stop_ref(static_cast<operation_stop *>(target)),
                        std::forward<Args>(args)...);
      } else {
        target->handler = nullptr;
        static_cast<operation *>(target)->complete(false, std::forward<Args>(args)...);
      }
    }

  private:
    friend operation;

    template <class... Args>
    [[gnu::noinline]] static void complete_shared(operation_stop_ref stop, Args &&...args) {
      stop->finish();
      bool stopped = stop->stop_requested();
      if (auto *completed = static_cast<operation *>(stop->awaiter()))
        completed->complete(stopped, std::forward<Args>(args)...);
    }

    /// The operation will never complete.
    [[gnu::noinline]] void give_up() noexcept {
      if (target_->shared) {
        operation_stop_ref stop(static_cast<operation_stop *>(target_));
        stop->finish();
      } else {
        target_->handler = nullptr;
      }
    }

    handler_target *target_;
  };

  /// The operation may complete on another thread and destroy *this before this returns.
  void start(handler handler) {
    std::apply([&handler](auto &&initiation,
                          auto &&...args) { std::move(initiation)(std::move(handler), std::move(args)...); },
               std::tuple(std::move(start_)));
  }

  [[gnu::noinline]] bool start_stoppable(const std::stop_token &token) {
    if (token.stop_requested()) {
      fail_as_cancelled();
      return false;
    }
    operation_stop_ref stop;
    with_executor_of(std::get<0>(start_), [&]<class Executor>(const Executor &executor) {
      stop = operation_stop_ref(new operation_stop_on<Executor>(executor, token, this));
    });
    if (!stop) {
      start(handler(*this));
    } else {
      stop_ = stop;
      start(handler(stop));
      stop->start();
    }
    return true;
  }

  template <class... Args> void complete(bool stopped, Args &&...args) {
    if (stopped && says_aborted(args...)) [[unlikely]]
      fail_as_cancelled();
    else
      Completion::store(outcome_, std::forward<Args>(args)...);
    waiting_.resume();
  }

  void fail_as_cancelled() noexcept { outcome_.fail_first(std::make_exception_ptr(operation_cancelled())); }

  std::tuple<Initiation, InitArgs...> start_;
  std::coroutine_handle<> waiting_;
  operation_stop_ref stop_;
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
