// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A queue between coroutines of one event loop, in which each side waits for the other one without blocking
// the loop: the producer while the queue is full, the consumer while it is empty. Either side can end it.
#pragma once

#include "asynciter/asio.h"
#include "asynciter/protocol.h"
#include "asynciter/task.h"

#include <asio/steady_timer.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <optional>
#include <utility>

/// One producer, one consumer, both in the event loop that was current when the channel was made. The channel
/// must outlive whoever waits in it.
template <class T> class bounded_channel {
public:
  /// \param capacity how many items may wait at most, at least 1.
  explicit bounded_channel(std::size_t capacity)
      : capacity_(capacity), has_room_(asynciter::current_executor()),
        has_item_(asynciter::current_executor()) {}

  /// Producer: waits for room and appends `item`. False, and the item is dropped, if the consumer has left.
  asynciter::task<bool> push(T item) {
    while (items_.size() == capacity_ && !abandoned_)
      co_await changed(has_room_);
    if (abandoned_)
      co_return false;
    items_.push_back(std::move(item));
    most_waiting_ = std::max(most_waiting_, items_.size());
    has_item_.cancel();
    co_return true;
  }

  /// Producer: there will be no more items, because of `error` if there is one.
  void close(std::exception_ptr error = nullptr) {
    closed_ = true;
    error_ = std::move(error);
    has_item_.cancel();
  }

  /// Consumer: the step of this stream. Gives nothing at the end. Throws the error that the channel was
  /// closed with.
  asynciter::task<std::optional<T>> next() {
    while (items_.empty() && !closed_)
      co_await changed(has_item_);
    if (items_.empty()) {
      if (error_)
        std::rethrow_exception(std::exchange(error_, nullptr));
      co_return std::nullopt;
    }
    T item = std::move(items_.front());
    items_.pop_front();
    has_room_.cancel();
    co_return item;
  }

  /// Consumer: no more items are wanted.
  void abandon() {
    abandoned_ = true;
    has_room_.cancel();
  }

  /// The most items that ever waited at a time.
  std::size_t most_waiting() const { return most_waiting_; }

private:
  // A timer that never expires is a condition to wait for: cancelling it wakes the coroutine that waits.
  static asynciter::task<void> changed(asio::steady_timer &condition) {
    condition.expires_at(asio::steady_timer::time_point::max());
    co_await condition.async_wait(asynciter::use_await_tuple);
  }

  std::size_t capacity_;
  std::size_t most_waiting_ = 0;
  std::deque<T> items_;
  asio::steady_timer has_room_;
  asio::steady_timer has_item_;
  std::exception_ptr error_;
  bool closed_ = false;
  bool abandoned_ = false;
};

static_assert(asynciter::stream<bounded_channel<int>>);
