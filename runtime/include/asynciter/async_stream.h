// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sync range as a stream, on purpose.
//
//     auto rows = async_stream(cached_rows) | filter_map(refresh); // refresh is a coroutine
//     auto all = merge(async_stream(std::vector{1, 2, 3}), live);
//
// Where a stream is required and something is at hand that need not be waited for, say so with this; without
// it, a sync range in such a place is a compile error, as it is a TypeError in Python.
//
// The range must not block: its `++` runs on the consumer's thread, in the consumer's step. For one that
// does, such as lines of a file, there is offload_stream. And the loop over it never returns to the event
// loop: put a `co_await yield_now()` (asio.h) into a long one.
//
// Lifetime. An rvalue is owned, and moved into the result; an lvalue is borrowed. A stream that owns its
// range may be moved before its first step, not after it (asserted in debug builds), because iterators may
// point into the range; unless it is a borrowed range such as std::span.
//
// Items are what the range's iterators refer to; those of a container that is owned may be moved from. Values
// that an iterator makes live until the next step.
//
// Cost: no allocation, no coroutine, and a step never suspends.
#pragma once

#include "asynciter/detail/pipeline.h"
#include "asynciter/detail/source.h"

#include <cassert>
#include <coroutine>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {

/// The items of a sync range. What `async_stream` gives.
///
/// A step after the end says end again. What an iterator throws, the step throws; the stream is then at its
/// end. Not thread-safe.
/// \tparam Range an lvalue reference if the range is borrowed.
template <class Range>
  requires std::ranges::input_range<std::remove_reference_t<Range>>
class [[nodiscard]] range_stream : public detail::closes_nothing {
  using range = std::remove_reference_t<Range>;
  using read = std::ranges::range_reference_t<range>;
  static constexpr bool gives_away =
      !std::is_lvalue_reference_v<Range> && !std::ranges::view<range> && std::is_lvalue_reference_v<read>;
  static constexpr bool iterators_stay =
      std::is_lvalue_reference_v<Range> || std::ranges::borrowed_range<range>;

public:
  /// How the items are handed to callables and containers.
  using reference =
      detail::treated_as<std::conditional_t<gives_away, std::remove_reference_t<read> &&, read>>;
  using value_type = std::remove_cvref_t<read>;

  explicit range_stream(Range &&range) : range_(std::forward<Range>(range)) {}
  range_stream(range_stream &&other)
      : range_(static_cast<Range &&>(other.range_)), position_(std::move(other.position_)),
        item_(other.item_), ended_(other.ended_) {
    assert((iterators_stay || !position_) &&
           "an async_stream that owns its range was moved after its first step");
  }
  range_stream &operator=(range_stream &&) = delete;

  /// `co_await s.next()` gives a `step_result`: the next item, or the end. Never suspends.
  [[nodiscard]] auto next() noexcept { return detail::step_from(source()); }

  /// `co_await s.close()` leaves a stream that is at its end. Never suspends; there is no need for it.
  [[nodiscard]] std::suspend_never close() noexcept {
    ended_ = true;
    return {};
  }

  /// Where the items come from: see detail/source.h.
  [[nodiscard]] auto source() noexcept { return range_source(*this); }

private:
  class range_source {
  public:
    using item_type = std::remove_reference_t<reference>;
    explicit range_source(range_stream &stream) noexcept : stream_(&stream) {}
    void use_stop_token(const std::stop_token *) const noexcept {}
    void begin_step() const noexcept {}
    bool pull() const {
      stream_->advance();
      return true;
    }
    bool wait(detail::continuation) const noexcept { return false; }
    item_type *take() const noexcept { return stream_->item_; }
    void abandon() const noexcept {}

  private:
    range_stream *stream_;
  };

  void advance() {
    item_ = nullptr;
    if (std::exchange(ended_, true)) // also if this throws
      return;
    if (position_)
      ++*position_;
    else
      position_.emplace(std::ranges::begin(range_));
    if (*position_ != std::ranges::end(range_)) {
      made_.emplace(**position_);
      item_ = made_.get();
      ended_ = false;
    }
  }

  Range range_;
  std::optional<std::ranges::iterator_t<range>> position_;
  [[no_unique_address]] detail::slot<read> made_;
  std::remove_reference_t<reference> *item_ = nullptr;
  bool ended_ = false;
};

/// A stream of the items of a sync range. An lvalue is borrowed, an rvalue is owned.
template <class Range>
  requires std::ranges::input_range<std::remove_reference_t<Range>>
[[nodiscard]] range_stream<Range> async_stream(Range &&range) {
  return range_stream<Range>(std::forward<Range>(range));
}

} // namespace asynciter
