// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lets a stream run ahead of its consumer.
//
//     auto pages = fetch_all(urls) | buffer(4);
//     while (auto page = co_await pages.next()) // the next pages are being fetched meanwhile
//       co_await store(*page);
//
// Without it a stream does something only while its consumer waits for it: fetching and storing take turns.
// With it they overlap: the stream is stepped until `n` items wait, and again as soon as the consumer takes
// one.
//
// Nothing is read before the first step. The stream runs where it is resumed; what it does without waiting,
// it does on the consumer's thread before the consumer gets its item: the first one and `n` more, then one
// for each that is taken.
//
// Leaving early. Close it (`co_await s.close()`, for_each): that stops the step that is under way, waits for
// its end, and closes the stream if it is owned. An lvalue that waits then usually ends by the stop, and the
// items that were read ahead are dropped. If it is destroyed instead, the stream must not live on: its step
// may be under way.
//
// Stopping. The stream waits with a stop token of its own; a stop of the consumer ends the consumer's step by
// `operation_cancelled` and closes the rest. An exception of the stream comes after the items before it.
//
// Items are moved, or copied if the stream only refers to them. Threads: the stream's steps may end on any
// thread.
//
// Cost: two allocations for the whole, two frames, and per item two moves and a few locks.
#pragma once

#include "asynciter/detail/pipeline.h"
#include "asynciter/detail/read_ahead.h"

#include <cstddef>
#include <utility>

namespace asynciter {

namespace detail {

template <class S> async_generator<value_of<item_of_t<S>>> buffer_items(S stream, std::size_t places) {
  auto &reader = co_await reading_ahead<S>(stream, places);
  co_await first_step();
  while (auto item = co_await reader->receive())
    co_yield std::move(*item);
}

struct buffer_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    return registered(buffer_items<input_of<S>>(std::forward<S>(s), places));
  }
  std::size_t places;
};

} // namespace detail

/// `s | buffer(n)`: the same items; the stream is stepped ahead until `n` of them wait.
/// \throws std::invalid_argument if `places` is 0.
[[nodiscard]] inline auto buffer(std::size_t places) {
  return detail::adaptor{detail::buffer_over{detail::at_least_one(places)}};
}

/// The same as `s | buffer(n)`.
template <class S> [[nodiscard]] ASYNCITER_CORO_WRAPPER auto buffer(S &&s, std::size_t places) {
  return detail::pipe(std::forward<S>(s), detail::buffer_over{detail::at_least_one(places)});
}

} // namespace asynciter
