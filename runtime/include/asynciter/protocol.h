// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The async iteration protocol: begin, step, item, end.
//
// A *stream* is a sequence whose advance may suspend. A *step* is one awaited advance; it delivers an *item*,
// or it says that the stream has come to its *end*. Every consumer must look at which of the two it got:
//
//     while (auto item = co_await stream.next())
//       use(*item);
//
// The protocol has two spellings. In the one above a step is an optional-like value (`stream`). In the
// other it is an awaited iterator (`async_iterable`), which generic code that keeps a position can use:
//
//     for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it)
//       use(*it);
//
// The concepts here are shapes, not base classes: a hand-written stream that delivers `std::optional<T>` fits
// as well as `async_generator`. C++20 has neither an async generator nor a loop for one; the iterator
// spelling follows cppcoro's async_generator, the rules for items follow std::generator ([coro.generator],
// P2502).
//
// Lifetime: a `step_result` refers to the item, which lives in the stream until the next step. Cost: a
// pointer; the concepts cost nothing.
#pragma once

#include "asynciter/detail/awaiter.h"

#include <cassert>
#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

namespace asynciter {

/// What a step of a `stream` gives: true when there is an item, which `*` reads. `step_result`,
/// `std::optional` and a pointer are such results.
template <class R>
concept step = std::constructible_from<bool, R &> && requires(R &result) { *result; };

/// A stream whose step is `co_await s.next()`, giving something optional-like.
template <class S>
concept stream = requires(S &s) {
  { s.next() } -> awaitable;
  requires step<std::remove_reference_t<await_result_t<decltype(s.next())>>>;
};

/// A position in a stream. `*it` reads the item, and `co_await ++it` steps to the next one.
template <class I>
concept async_iterator = std::movable<I> && requires(I &it) {
  *it;
  { ++it } -> awaitable_of<I &>;
};

/// A stream with awaited iterators: `co_await r.begin()` steps to the first item, `r.end()` compares equal to
/// an iterator whose step said end. Most streams are single-pass: `begin()` may be called once.
template <class R>
concept async_iterable = requires(R &r) {
  { r.begin() } -> awaitable;
  requires async_iterator<std::remove_cvref_t<await_result_t<decltype(r.begin())>>>;
  {
    std::declval<std::remove_cvref_t<await_result_t<decltype(r.begin())>> &>() == r.end()
  } -> std::convertible_to<bool>;
};

/// A stream like async_generator: both spellings, movable, and it can be closed early.
template <class G>
concept async_generator_like = std::movable<G> && stream<G> && async_iterable<G> && requires(G &g) {
  { g.close() } -> awaitable;
};

/// Thrown by `step_result::value()` when the stream is at its end.
class end_of_stream : public std::exception {
public:
  const char *what() const noexcept override { return "asynciter: read past the end of a stream"; }
};

/// The result of one step: an item, or the end.
///
/// It refers to the item, it does not own it: the item lives in the stream and is valid until the next step
/// starts or the stream is destroyed. The item may be moved from unless `T` is const. Copying a step_result
/// is cheap and copies no item. As thread-safe as the stream it came from, that is, not at all.
///
/// \tparam T the item as the stream declares it; a reference type and its referred-to type give the same
/// result.
template <class T> class [[nodiscard]] step_result {
public:
  /// The item's type, without a reference.
  using value_type = std::remove_reference_t<T>;

  /// The end.
  constexpr step_result() noexcept = default;

  /// An item. \param item must stay valid until the next step; null means the end.
  constexpr explicit step_result(value_type *item) noexcept : item_(item) {}

  /// Whether there is an item; false means that the stream has ended.
  [[nodiscard]] constexpr bool has_value() const noexcept { return item_ != nullptr; }

  /// Same as `has_value()`; makes `while (auto item = co_await s.next())` work.
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return item_ != nullptr; }

  /// The item. Requires `has_value()`, which debug builds assert.
  [[nodiscard]] constexpr value_type &operator*() const noexcept {
    assert(item_ && "an item was read from a step that said end");
    return *item_;
  }

  /// Access to a member of the item. Requires `has_value()`, which debug builds assert.
  [[nodiscard]] constexpr value_type *operator->() const noexcept {
    assert(item_ && "an item was read from a step that said end");
    return item_;
  }

  /// The item. \throws end_of_stream if there is none.
  [[nodiscard]] constexpr value_type &value() const {
    if (!item_)
      throw end_of_stream();
    return *item_;
  }

  /// A copy of the item, or of `other` where there is none.
  template <class U>
  [[nodiscard]] constexpr std::remove_cv_t<value_type> value_or(U &&other) const
    requires std::copy_constructible<std::remove_cv_t<value_type>> &&
             std::convertible_to<U, std::remove_cv_t<value_type>>
  {
    return item_ ? *item_ : static_cast<std::remove_cv_t<value_type>>(std::forward<U>(other));
  }

private:
  value_type *item_ = nullptr;
};

} // namespace asynciter
