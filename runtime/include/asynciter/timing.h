// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The adaptors of timeout.h for a duration, on Asio's event loop.
//
//     auto lines = chat(socket) | timeout(30s);
//     auto edits = keystrokes() | debounce(200ms);
//
// The sleeps are on the `current_executor()` of the consumer that makes the first step, so that has to be on
// a thread of `run` (asio.h).
//
// Lifetime, cost: as with timeout.h; each sleep is a timer of Asio's. The event loop must outlive the result.
#pragma once

#include "asynciter/asio.h"
#include "asynciter/timeout.h"

#include <chrono>
#include <optional>
#include <utility>

namespace asynciter {

namespace detail {

/// Gives sleeps on the loop on which the first one was asked for.
class loop_sleep {
public:
  explicit loop_sleep(net::steady_timer::duration duration) noexcept : duration_(duration) {}
  auto operator()() {
    if (!executor_)
      executor_.emplace(current_executor());
    return sleep_for(*executor_, duration_);
  }

private:
  net::steady_timer::duration duration_;
  std::optional<net::io_context::executor_type> executor_;
};

template <class Rep, class Period> loop_sleep sleep_of(std::chrono::duration<Rep, Period> duration) {
  return loop_sleep(std::chrono::ceil<net::steady_timer::duration>(duration));
}

} // namespace detail

/// `s | timeout(duration)`: the same items; a step that takes longer throws `timed_out`.
/// \throws std::logic_error (in the first step) on a thread that no `run` runs on.
template <class Rep, class Period> [[nodiscard]] auto timeout(std::chrono::duration<Rep, Period> duration) {
  return timeout(detail::sleep_of(duration));
}

/// The same as `s | timeout(duration)`.
template <class S, class Rep, class Period>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto timeout(S &&s, std::chrono::duration<Rep, Period> duration) {
  return timeout(std::forward<S>(s), detail::sleep_of(duration));
}

/// `s | debounce(duration)`: the items after which no other one came for so long, and the last one.
/// \throws std::logic_error (in the first step) on a thread that no `run` runs on.
template <class Rep, class Period> [[nodiscard]] auto debounce(std::chrono::duration<Rep, Period> duration) {
  return debounce(detail::sleep_of(duration));
}

/// The same as `s | debounce(duration)`.
template <class S, class Rep, class Period>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto debounce(S &&s, std::chrono::duration<Rep, Period> duration) {
  return debounce(std::forward<S>(s), detail::sleep_of(duration));
}

} // namespace asynciter
