// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streams and time: items that come too late, and items that come too often.
//
//     auto lines = chat(socket) | timeout([&] { return sleep_for(30s); });   // throws timed_out
//     auto edits = keystrokes() | debounce([&] { return sleep_for(200ms); }); // the last one of each burst
//
// `timeout` limits the time that a step of the stream may take, not the time that the consumer takes.
// `debounce` hands an item out when no other one has come for some time, and drops those that were followed
// too soon; the last item is handed out at once when the stream ends or fails. It measures while its own step
// is pending: while the consumer is busy, the stream waits with one item.
//
// The core of this library knows no clock: they are given something to call that gives an awaitable sleep.
// timing.h has them for a duration on Asio's loop. The sleep should end promptly when it is stopped (stop.h),
// as those of this library do, because the winner of a race waits for the loser.
//
// So does a step that has timed out: it is stopped, and `timed_out` is thrown when it has ended; the stream
// has ended then, and one that is owned is closed. A stream that ignores its stop token makes its consumer
// wait.
//
// Leaving early: close it, as with `buffer`.
//
// Cost: a frame for the whole; per item that has to be waited for two small frames, a stop state and the
// sleep.
#pragma once

#include "asynciter/detail/pipeline.h"
#include "asynciter/detail/read_ahead.h"
#include "asynciter/task.h"
#include "asynciter/when_any.h"

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace asynciter {

/// Thrown by the step of a `timeout` that took too long.
class timed_out : public std::exception {
public:
  const char *what() const noexcept override { return "asynciter: an item took too long"; }
};

namespace detail {

/// Something to call that gives a sleep.
template <class Sleep>
concept sleep_maker = requires(Sleep &sleep) {
  { sleep() } -> awaitable;
};

template <class Sleep> task<> sleep_once(Sleep &sleep ASYNCITER_LIFETIMEBOUND) { (void)co_await sleep(); }

/// Steps a stream. What `item` is at the end: null at the end of the stream.
template <class S, class Item>
task<> step_once(S &stream ASYNCITER_LIFETIMEBOUND, Item *&item ASYNCITER_LIFETIMEBOUND) {
  auto step = co_await stream.next();
  item = step ? std::addressof(*step) : nullptr;
}

template <class S, class Sleep> generator_of<item_of_t<S>> timeout_items(S stream, Sleep sleep) {
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  for (;;) {
    std::remove_reference_t<item_of_t<S>> *item = nullptr;
    auto stepping = step_once(from, item);
    auto sleeping = sleep_once(sleep);
    auto race = when_any(std::move(stepping), std::move(sleeping));
    const auto winner = co_await std::move(race);
    if (winner.index != 0)
      throw timed_out();
    if (!item)
      co_return;
    co_yield static_cast<item_of_t<S>>(*item);
  }
}

template <class Sleep> struct timeout_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    return registered(timeout_items<input_of<S>>(std::forward<S>(s), std::move(sleep)));
  }
  [[no_unique_address]] Sleep sleep;
};

template <class S, class Sleep>
async_generator<value_of<item_of_t<S>>> debounce_items(S stream, Sleep sleep) {
  auto &reader = co_await reading_ahead<S>(stream, 1);
  co_await first_step();
  auto latest = co_await reader->receive();
  while (latest) {
    auto news = reader->news();
    auto sleeping = sleep_once(sleep);
    auto race = when_any(std::move(news), std::move(sleeping));
    const auto winner = co_await std::move(race);
    const bool followed = winner.index == 0;
    std::optional<value_of<item_of_t<S>>> later;
    std::exception_ptr error;
    if (followed) {
      try {
        later = co_await reader->receive();
      } catch (...) {
        error = std::current_exception();
      }
    }
    if (later) {
      latest.emplace(std::move(*later));
      continue;
    }
    co_yield std::move(*latest);
    if (error)
      std::rethrow_exception(error);
    if (followed) // by the end
      co_return;
    latest = co_await reader->receive();
  }
}

template <class Sleep> struct debounce_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    return registered(debounce_items<input_of<S>>(std::forward<S>(s), std::move(sleep)));
  }
  [[no_unique_address]] Sleep sleep;
};

} // namespace detail

/// `s | timeout(sleep)`: the same items; a step that takes longer than the sleep throws `timed_out`.
/// \param sleep called for each step; gives something to await that is over when the time is.
template <detail::sleep_maker Sleep> [[nodiscard]] auto timeout(Sleep sleep) {
  return detail::adaptor{detail::timeout_over<Sleep>{std::move(sleep)}};
}

/// The same as `s | timeout(sleep)`.
template <class S, detail::sleep_maker Sleep>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto timeout(S &&s, Sleep sleep) {
  return detail::pipe(std::forward<S>(s), detail::timeout_over<Sleep>{std::move(sleep)});
}

/// `s | debounce(sleep)`: the items after which no other one came during the sleep, and the last one.
/// \param sleep called for each item; gives something to await that is over when the time is.
template <detail::sleep_maker Sleep> [[nodiscard]] auto debounce(Sleep sleep) {
  return detail::adaptor{detail::debounce_over<Sleep>{std::move(sleep)}};
}

/// The same as `s | debounce(sleep)`.
template <class S, detail::sleep_maker Sleep>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto debounce(S &&s, Sleep sleep) {
  return detail::pipe(std::forward<S>(s), detail::debounce_over<Sleep>{std::move(sleep)});
}

} // namespace asynciter
