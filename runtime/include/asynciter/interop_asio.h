// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asio's `experimental::coro` as a stream.
//
//     auto items = as_stream(numbers(context)); // an asio::experimental::coro<int>
//     while (auto item = co_await items.next())
//       use(*item);
//
// Include this header besides interop.h (it does so itself) and Asio's own `experimental/coro.hpp`. Again the
// shape decides: an object that says whether it is open, and whose `async_resume(use_await)` gives something
// optional-like. A coro that takes input, or gives a variant because it also returns a value, has another
// shape. A coro must be stepped and destroyed as Asio wants it: on its executor, and not destroyed while a
// step is pending.
//
// Cancellation. A stop cancels the step (see use_await.h) and with it what the coro waits for; the step
// throws `operation_cancelled`, and the coro has ended.
//
// Cost. What Asio's `async_resume` costs: an allocation and a turn of its executor's loop for each item,
// about ten times as much as our own generator's hop.
//
// Lifetime. An lvalue is borrowed, an rvalue owned. What Asio wants of a coro's life is the owner's to see
// to.
#pragma once

#include "asynciter/asio.h"
#include "asynciter/interop.h"

#include <concepts>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

/// `while (s) co_await s.async_resume(use_await)`.
template <class S>
concept resumable_stream = !stream<S> && !async_iterable<S> && !callable_stream<S> && !flag_stream<S> &&
                           std::constructible_from<bool, S &> && requires(S &s) {
                             { s.async_resume(use_await) } -> gives_step;
                           };

} // namespace detail

/// Asio's resumable coroutines.
template <class S>
  requires detail::resumable_stream<std::remove_reference_t<S>>
class stream_adapter<S> : detail::remembers_end {
public:
  explicit stream_adapter(S &&stream) : stream_(std::forward<S>(stream)) {}

  /// `co_await s.next()` gives what resuming gives, an optional.
  [[nodiscard]] auto next() noexcept { return detail::foreign_step<stream_adapter>(*this); }

private:
  friend detail::foreign_step<stream_adapter>;
  bool ended() { return remembers_end::ended() || !static_cast<bool>(stream_.get()); }
  auto start() { return stream_.get().async_resume(use_await); }
  template <class R> auto finish(R &&result) { return note(std::forward<R>(result)); }

  detail::kept_stream<S> stream_;
};

} // namespace asynciter
