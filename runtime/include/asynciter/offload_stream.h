// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A blocking range as a stream: a worker iterates it, the items arrive at the event loop.
//
//     std::ifstream file = co_await offload(pool, open_file, path); // opening blocks, too
//     auto words = offload_stream(pool, std::views::istream<std::string>(file));
//     while (auto word = co_await words.next())
//       count(*word);
//     co_await words.close();
//
// For ranges whose `++` may block: files, directories, database cursors, a synchronous generator that
// computes for long. A range that never blocks needs no thread: iterate it, or lift it with `async_stream`.
//
// Backpressure. The worker reads ahead until `buffer` items wait for the consumer, and leaves: no thread is
// blocked by a slow consumer, and two streams on a pool of one thread do not block each other. It comes back
// when the consumer has taken those items over, so at most twice `buffer` items are in memory, and nothing is
// read before the first step. A consumer that waits gets an item as soon as there is one.
//
// Ending early. `co_await s.close()` stops the worker after the item that it is at, waits for that without
// blocking the loop, and destroys the range. The destructor does the same but blocks its thread meanwhile. So
// the range may borrow from the coroutine that owns the stream.
//
// Cancellation. A step that is stopped throws `operation_cancelled` at once. The worker goes on with the item
// that it is at, which a later step delivers; to be rid of it, close the stream.
//
// Threads. The range is iterated by one thread at a time, but not always by the same one. The stream belongs
// to its executor: step, close and destroy it there. That executor's context waits for the worker before it
// is destroyed; the pool must outlive the stream.
//
// Cost. Per item a lock and a move on the worker; on the loop a lock per batch. A thread switch only where
// one side waits for the other. Allocations: one for the stream, two buffers that grow to `buffer` items, and
// Asio's for each wake-up.
#pragma once

#include "asynciter/detail/offloaded_range.h"
#include "asynciter/offload.h"
#include "asynciter/protocol.h"
#include "asynciter/stop.h"

#include <cassert>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

template <class Range> class [[nodiscard]] offloaded_step {
public:
  explicit offloaded_step(Range &range) noexcept : range_(range) {}
  offloaded_step(const offloaded_step &) = delete;
  offloaded_step &operator=(const offloaded_step &) = delete;
  ~offloaded_step() { stop_waiting(); }

  bool await_ready() { return range_.advance(); }

  template <class Promise> bool await_suspend(std::coroutine_handle<Promise> waiting) {
    const std::stop_token *stop = stop_of(waiting);
    if (stop_requested(stop)) {
      stopped_ = true;
      return false;
    }
    range_.send_worker();
    suspended_ = range_.wait(waiting);
    if (suspended_ && stop && stop->stop_possible())
      callback_.emplace(*stop, on_stop{*this});
    waited_ = true;
    return suspended_;
  }

  step_result<typename Range::item_type> await_resume() {
    stop_waiting();
    if (stopped_ || (waited_ && !range_.advance()))
      throw operation_cancelled();
    return step_result<typename Range::item_type>(range_.take());
  }

private:
  struct on_stop {
    void operator()() const { step.range_.interrupt(); }
    offloaded_step &step;
  };

  void stop_waiting() noexcept {
    callback_.reset();
    if (std::exchange(suspended_, false))
      range_.forget();
  }

  Range &range_;
  bool suspended_ = false;
  bool waited_ = false;
  bool stopped_ = false;
  std::optional<std::stop_callback<on_stop>> callback_;
};

template <class Range> class [[nodiscard]] offloaded_close {
public:
  explicit offloaded_close(std::shared_ptr<Range> range) noexcept : range_(std::move(range)) {}
  offloaded_close(const offloaded_close &) = delete;
  offloaded_close &operator=(const offloaded_close &) = delete;
  ~offloaded_close() {
    if (suspended_)
      range_->forget();
  }

  bool await_ready() noexcept { return !range_ || range_->start_closing(); }
  bool await_suspend(std::coroutine_handle<> waiting) { return suspended_ = range_->wait(waiting); }
  void await_resume() noexcept {
    suspended_ = false;
    if (range_)
      range_->finish_closing();
  }

private:
  std::shared_ptr<Range> range_;
  bool suspended_ = false;
};

} // namespace detail

/// The stream that `offload_stream` gives: see there, and at the top of this header. Movable while no step is
/// pending.
template <class Range> class [[nodiscard]] offloaded_stream {
public:
  using value_type = typename Range::item_type;

  explicit offloaded_stream(std::shared_ptr<Range> range) noexcept : range_(std::move(range)) {}
  offloaded_stream(offloaded_stream &&) noexcept = default;
  offloaded_stream &operator=(offloaded_stream &&other) noexcept {
    offloaded_stream(std::move(other)).range_.swap(range_);
    return *this;
  }

  /// Stops the worker after the item that it is at, and blocks until then.
  ~offloaded_stream() {
    if (!range_)
      return;
    if (!range_->start_closing())
      range_->block_until_idle();
    range_->finish_closing();
  }

  /// `co_await s.next()` gives a `step_result<value_type>`: the next item, valid until the next step, or the
  /// end. The item may be moved from.
  /// \throws (on co_await) what the range threw, after the items before it and once; operation_cancelled;
  /// std::bad_alloc.
  [[nodiscard]] auto next() noexcept {
    assert(range_ && "a stream that was moved from was stepped");
    return detail::offloaded_step<Range>(*range_);
  }

  /// `co_await s.close()` stops the worker after the item that it is at, waits for that, and destroys the
  /// range. The stream is then at its end. Takes no stop token. Must not be called while a step is pending.
  [[nodiscard]] auto close() noexcept { return detail::offloaded_close<Range>(range_); }

private:
  std::shared_ptr<Range> range_;
};

namespace detail {

/// A container that was handed over, so that its elements are ours.
template <class R>
inline constexpr bool owns_elements =
    !std::is_lvalue_reference_v<R> && !std::ranges::view<std::remove_cvref_t<R>>;

/// A blocking range whose elements can be copied or moved to the consumer.
template <class R>
concept offloadable_range =
    std::ranges::viewable_range<R> && std::ranges::input_range<std::views::all_t<R>> &&
    std::constructible_from<std::ranges::range_value_t<R>,
                            std::conditional_t<owns_elements<R>, std::ranges::range_rvalue_reference_t<R>,
                                               std::ranges::range_reference_t<R>>>;

} // namespace detail

/// A stream of the items of `range`, which a thread of `workers` iterates; steps resume on `resume_on`.
/// \param workers an executor, or a context such as a thread_pool, which must outlive the stream.
/// \param range an lvalue is borrowed and must live until the stream is closed or destroyed; an rvalue is
/// moved into the stream. The elements of a container that is moved in are moved out one by one; others are
/// copied, unless the range makes them on the spot.
/// \param buffer how many items the worker reads ahead, at least one.
template <class Executor, class Workers, detail::offloadable_range R>
[[nodiscard]] auto offload_stream_and_resume(const Executor &resume_on, Workers &&workers, R &&range,
                                             std::size_t buffer = 64) {
  auto executor = detail::executor_of(workers);
  using shared =
      detail::offloaded_range<std::views::all_t<R>, detail::owns_elements<R>, decltype(executor), Executor>;
  return offloaded_stream<shared>(
      std::make_shared<shared>(std::views::all(std::forward<R>(range)), executor, resume_on, buffer));
}

/// The same, with steps that resume on the `current_executor()`.
/// \throws std::logic_error on a thread that no `run` runs on.
template <class Workers, detail::offloadable_range R>
[[nodiscard]] auto offload_stream(Workers &&workers, R &&range, std::size_t buffer = 64) {
  return offload_stream_and_resume(current_executor(), std::forward<Workers>(workers), std::forward<R>(range),
                                   buffer);
}

} // namespace asynciter
