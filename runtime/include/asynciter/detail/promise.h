// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the promises of tasks and generators have in common: they pass on a stop token, hold registered
// cleanup, and know (in debug builds) whether a coroutine runs on this thread.
#pragma once

#include "asynciter/detail/awaiter.h"
#include "asynciter/detail/cleanup_list.h"
#include "asynciter/detail/tracking.h"
#include "asynciter/stop.h"

#include <coroutine>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asynciter::detail {

/// The first suspension of a lazy coroutine.
struct lazy_start {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept { coroutine_resumed(); }
};

/// What `co_await on_exit(...)` gives.
template <class... Arguments> struct [[nodiscard]] registered_cleanup {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  decltype(auto) await_resume() const noexcept {
    if constexpr (sizeof...(Arguments) == 1)
      return std::get<0>(arguments);
    else if constexpr (sizeof...(Arguments) > 1)
      return arguments;
  }
  std::tuple<Arguments &...> arguments;
};

/// The `await_transform`s that every promise has besides the one for awaitables.
template <class Promise> class cooperative_promise {
public:
  ready<std::stop_token> await_transform(get_stop_token_t) const noexcept {
    const std::stop_token *stop = self().stop();
    return {stop ? *stop : std::stop_token()};
  }
  stop_check await_transform(throw_if_stopped_t) const noexcept { return {stop_requested(self().stop())}; }

  ready<void> await_transform(use_stop_token_t other) noexcept
    requires requires(Promise &promise) { promise.use_own_stop_token(other.stop); }
  {
    self().use_own_stop_token(other.stop);
    return {};
  }

  /// Registers cleanup that runs when the coroutine ends or is closed.
  template <class... Arguments> auto await_transform(cleanup<Arguments...> &&registered) noexcept {
    return registered_cleanup<Arguments...>{registered.add_to(self().cleanups())};
  }

private:
  const Promise &self() const noexcept { return static_cast<const Promise &>(*this); }
  Promise &self() noexcept { return static_cast<Promise &>(*this); }
};

} // namespace asynciter::detail
