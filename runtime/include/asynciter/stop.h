// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cancellation: a std::stop_token that flows down by itself.
//
// Whoever runs a coroutine from outside (`sync_wait`, `run`, `spawn`, `async_scope`, `when_any`) may give it
// a stop token. From there it reaches everything that the coroutine awaits, and what that awaits, and the
// streams it steps, without being named in any signature:
//
//     task<> serve(tcp::socket socket) {
//       auto stream = lines(socket);
//       while (auto line = co_await stream.next()) // waits with the token of whoever runs serve()
//         co_await answer(socket, *line);
//     }
//
// When a stop is requested, the innermost wait (a timer, a socket, a channel, a lock) ends promptly by
// throwing `operation_cancelled`. That unwinds like any other exception: destructors run, registered cleanup
// (cleanup.h) runs and is itself not stopped, and the step or the await that ran into it throws. As in
// Python's asyncio, a coroutine notices where it really waits. One that never waits asks:
//
//     co_await throw_if_stopped();
//
// A handler that catches `operation_cancelled` and goes on makes the coroutine unstoppable: rethrow it.
//
// Lifetime: a coroutine refers to the token of the one that awaits it, while that does; the root owns it.
// What `get_stop_token()` gives is a copy, which may be kept.
//
// Cost: a pointer in each frame, handed on with each await. A token is never copied on the way.
#pragma once

#include <coroutine>
#include <exception>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {

/// Thrown by a wait whose stop token was asked to stop.
class operation_cancelled : public std::exception {
public:
  const char *what() const noexcept override { return "asynciter: stopped while waiting"; }
};

namespace detail {

/// A promise that has a stop token for what its coroutine awaits.
template <class Promise>
concept stoppable_promise = requires(const Promise &promise) {
  { promise.stop() } noexcept -> std::same_as<const std::stop_token *>;
};

/// The stop token of a coroutine that waits; null if there is none. Valid as long as the coroutine waits.
template <class Promise>
[[nodiscard]] const std::stop_token *stop_of(std::coroutine_handle<Promise> waiting) noexcept {
  if constexpr (stoppable_promise<Promise>)
    return waiting.promise().stop();
  else
    return nullptr;
}

/// Whether a stop was requested of `token`, which may be null.
[[nodiscard]] inline bool stop_requested(const std::stop_token *token) noexcept {
  return token && token->stop_requested();
}

struct get_stop_token_t {};
/// Gives the current task another stop token for what it awaits from here on.
struct use_stop_token_t {
  const std::stop_token *stop;
};
struct throw_if_stopped_t {};

/// An awaiter that is ready with a value.
template <class T> struct [[nodiscard]] ready {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() { return std::move(value); }
  T value;
};

template <> struct [[nodiscard]] ready<void> {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};

struct [[nodiscard]] stop_check {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const {
    if (stopped)
      throw operation_cancelled();
  }
  bool stopped;
};

} // namespace detail

/// `co_await get_stop_token()` gives the std::stop_token of the current task or generator; one that never
/// stops if it has none. Never suspends. A generator has the token of the consumer whose step it is serving,
/// so ask again after each `co_yield`.
[[nodiscard]] inline detail::get_stop_token_t get_stop_token() noexcept { return {}; }

/// `co_await throw_if_stopped()` throws `operation_cancelled` if a stop was requested. Never suspends.
[[nodiscard]] inline detail::throw_if_stopped_t throw_if_stopped() noexcept { return {}; }

} // namespace asynciter
