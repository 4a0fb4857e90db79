// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Around every co_await of our coroutines: the awaited operation is handed the stop token, and debug builds
// keep track of whether a coroutine runs on this thread.
#pragma once

#include "asynciter/detail/awaiter.h"

#include <coroutine>
#include <stop_token>
#include <utility>

namespace asynciter::detail {

#ifndef NDEBUG
inline thread_local bool a_coroutine_runs = false;

/// Whether one of our coroutines runs on this thread. Debug builds only.
[[nodiscard]] inline bool inside_coroutine() noexcept { return a_coroutine_runs; }
inline void coroutine_resumed() noexcept { a_coroutine_runs = true; }
inline void coroutine_suspended() noexcept { a_coroutine_runs = false; }
#else
inline void coroutine_resumed() noexcept {}
inline void coroutine_suspended() noexcept {}
#endif

/// While one of these lives, a coroutine counts as running on this thread: what a step calls when it is over
/// runs on behalf of the coroutine that waits for the step.
class [[maybe_unused]] counts_as_coroutine {
#ifndef NDEBUG
public:
  counts_as_coroutine() noexcept : outer_runs_(std::exchange(a_coroutine_runs, true)) {}
  counts_as_coroutine(const counts_as_coroutine &) = delete;
  counts_as_coroutine &operator=(const counts_as_coroutine &) = delete;
  ~counts_as_coroutine() { a_coroutine_runs = outer_runs_; }

private:
  bool outer_runs_;
#endif
};

/// Resumes a coroutine from another one that goes on afterwards.
inline void resume_inside(std::coroutine_handle<> coroutine) noexcept {
#ifndef NDEBUG
  const bool outer_runs = a_coroutine_runs;
#endif
  coroutine.resume();
#ifndef NDEBUG
  a_coroutine_runs = outer_runs;
#endif
}

/// An operand of `co_await` that wants to know the coroutine's stop token before it is asked whether it is
/// ready.
template <class A>
concept takes_stop_token = requires(A &a, const std::stop_token *stop) { a.take_stop_token(stop); };

/// Forwards to the awaiter of what a coroutine awaits, hands it the stop token, and notes (in debug builds)
/// that the coroutine is suspended meanwhile.
template <class Awaiter> class tracking_awaiter {
public:
  template <class Awaitable>
  tracking_awaiter(Awaitable &&awaitable, const std::stop_token *stop)
      : awaiter_(get_awaiter(std::forward<Awaitable>(awaitable))) {
    if constexpr (takes_stop_token<Awaiter>)
      awaiter_.take_stop_token(stop);
  }

  bool await_ready() { return awaiter_.await_ready(); }
  template <class Promise> auto await_suspend(std::coroutine_handle<Promise> waiting) {
    coroutine_suspended();
    return awaiter_.await_suspend(waiting);
  }
  decltype(auto) await_resume() {
    coroutine_resumed();
    return awaiter_.await_resume();
  }

private:
  Awaiter awaiter_; // a reference where the operand is itself the awaiter: it lives as long as the co_await
};

} // namespace asynciter::detail
