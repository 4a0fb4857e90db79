// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Awaiting with another stop token than one's own.
//
// The stop token flows down by itself (stop.h). These two change it for one await:
//
//     co_await with_stop_token(shutdown, serve(client)); // stops also when `shutdown` is asked to
//     co_await shield(journal.flush());                  // does not stop half-way
//
// As `asyncio.timeout` and `asyncio.shield` in Python, except that a shielded await is waited for: nothing
// goes on behind the caller's back.
//
// Lifetime: both refer to what they are given, so await them in the same expression, or keep the operand
// alive.
//
// Cost: a coroutine frame for each use, two for with_stop_token, which links the two tokens if both can stop:
// three small allocations more.
#pragma once

#include "asynciter/detail/waiting_list.h"
#include "asynciter/stop.h"
#include "asynciter/task.h"

#include <stop_token>
#include <utility>

namespace asynciter {

namespace detail {

/// A stop token that stops when one of two does.
class either_stop {
public:
  either_stop(std::stop_token first, std::stop_token second) {
    if (!first.stop_possible()) {
      token_ = std::move(second);
    } else if (!second.stop_possible()) {
      token_ = std::move(first);
    } else {
      std::stop_source source;
      token_ = source.get_token();
      first_.connect(first, source);
      second_.connect(second, std::move(source));
    }
  }
  either_stop(const either_stop &) = delete;
  either_stop &operator=(const either_stop &) = delete;

  const std::stop_token &token() const noexcept { return token_; }

private:
  std::stop_token token_;
  stop_link first_, second_; // what stops may end the owner of this at once
};

/// Awaits `operand` with `stop` instead of the awaiting coroutine's token.
template <class A>
task<await_result_t<A>> await_with(const std::stop_token *stop, A &operand ASYNCITER_LIFETIMEBOUND) {
  co_await use_stop_token_t{stop};
  co_return co_await static_cast<A &&>(operand);
}

} // namespace detail

/// `co_await with_stop_token(token, awaitable)` awaits something that stops when `token` is asked to, or the
/// stop token of the awaiting coroutine is, and gives its result.
///
/// The task refers to `awaitable`: await it in the same expression, or keep the operand alive.
/// \throws what the awaitable throws; `operation_cancelled` if it was stopped.
template <awaitable A>
[[nodiscard]] task<await_result_t<A>> with_stop_token(std::stop_token token,
                                                      A &&operand ASYNCITER_LIFETIMEBOUND) {
  detail::either_stop either(co_await get_stop_token(), std::move(token));
  co_return co_await detail::await_with<A>(&either.token(), operand);
}

/// `co_await shield(awaitable)` awaits something that is not stopped, and gives its result. If a stop was
/// requested meanwhile, the next wait of the awaiting coroutine notices.
///
/// The task refers to `awaitable`: await it in the same expression, or keep the operand alive.
template <awaitable A> [[nodiscard]] task<await_result_t<A>> shield(A &&operand ASYNCITER_LIFETIMEBOUND) {
  co_await detail::use_stop_token_t{nullptr};
  co_return co_await std::forward<A>(operand);
}

} // namespace asynciter
