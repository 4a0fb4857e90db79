// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the two sides of an offloaded stream (offload_stream.h) share.
#pragma once

#include "asynciter/offload.h"

#include <cassert>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace asynciter::detail {

/// What consumer and worker share. `Owned` says that the range's elements are ours to move from.
template <std::ranges::input_range Range, bool Owned, class Workers, class Executor>
class offloaded_range
    : public std::enable_shared_from_this<offloaded_range<Range, Owned, Workers, Executor>> {
public:
  using item_type = std::ranges::range_value_t<Range>;

  offloaded_range(Range range, const Workers &workers, const Executor &executor, std::size_t buffer)
      : range_(std::in_place, std::move(range)), workers_(workers), executor_(executor),
        buffer_(buffer ? buffer : 1) {}

  // The consumer's side.

  /// True when the next item is there, or the end.
  bool advance() {
    assert(!waiting_ && "a step was started while another one of the same stream is pending");
    if (++position_ < ready_.size())
      return true;
    ready_.clear();
    position_ = 0;
    std::unique_lock lock(mutex_);
    ready_.swap(filling_);
    if (ready_.empty())
      return finished_ || closing_;
    lock.unlock();
    try {
      send_worker();
    } catch (...) { // no memory: the next step will try again
    }
    return true;
  }

  /// The item that `advance` came to, or null.
  item_type *take() {
    if (position_ < ready_.size())
      return std::addressof(ready_[position_].item);
    if (error_)
      std::rethrow_exception(std::exchange(error_, nullptr));
    return nullptr;
  }

  /// Sends a worker, if there is something to do and none is under way.
  void send_worker() {
    {
      std::lock_guard lock(mutex_);
      if (pass_ != no_pass || finished_ || closing_ || filling_.size() >= buffer_)
        return;
      pass_ = sent;
    }
    try {
      require_running(workers_);
      net::post(workers_, pass(this->shared_from_this()));
    } catch (...) {
      std::lock_guard lock(mutex_);
      pass_ = no_pass;
      throw;
    }
  }

  /// Has `coroutine` resumed when there is an item, the end, or (if it closes) when no worker is under way.
  /// False if that is so already.
  bool wait(std::coroutine_handle<> coroutine) {
    std::lock_guard lock(mutex_);
    if (closing_ ? pass_ != working : finished_ || !filling_.empty())
      return false;
    wanted_ = true;
    ++turn_;
    waiting_ = coroutine;
    return true;
  }

  /// Has the coroutine that waits resumed all the same. On any thread.
  void interrupt() {
    std::lock_guard lock(mutex_);
    wake();
  }

  /// Nobody waits any more.
  void forget() noexcept {
    std::lock_guard lock(mutex_);
    wanted_ = false;
    ++turn_;
    waiting_ = nullptr;
  }

  /// The worker is to stop. True if there is none.
  bool start_closing() noexcept {
    std::lock_guard lock(mutex_);
    closing_ = true;
    return pass_ != working;
  }

  void block_until_idle() noexcept {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return pass_ != working; });
  }

  /// After closing: lets go of the range and of all items.
  void finish_closing() noexcept {
    iterator_.reset();
    range_.reset();
    ready_.clear();
    filling_.clear();
    position_ = 0;
    error_ = nullptr;
  }

private:
  struct slot {
    item_type item;
  };

  /// One visit of a worker. The ticket goes last.
  class pass {
  public:
    explicit pass(std::shared_ptr<offloaded_range> range)
        : ticket_(range->executor_), guard_(net::make_work_guard(range->executor_)),
          range_(std::move(range)) {}
    void operator()() { range_->work(ticket_); }

  private:
    offloaded_jobs::ticket ticket_;
    net::executor_work_guard<Executor> guard_;
    std::shared_ptr<offloaded_range> range_;
  };

  /// The worker's side.
  void work(const offloaded_jobs::ticket &ticket) {
    std::unique_lock lock(mutex_);
    if (closing_) {
      pass_ = no_pass;
      return;
    }
    pass_ = working;
    while (pass_ == working) {
      lock.unlock();
      std::exception_ptr error;
      std::optional<slot> next = read(error);
      lock.lock();
      try {
        if (next && !closing_)
          filling_.push_back(std::move(*next));
      } catch (...) {
        error = std::current_exception();
      }
      if (!next || error) {
        finished_ = true;
        error_ = std::move(error);
      }
      if (finished_ || closing_ || filling_.size() >= buffer_ || ticket.context_ends()) {
        pass_ = no_pass;
        idle_.notify_all();
      }
      wake();
    }
  }

  /// The next item, or nothing at the end or if an exception ended the range.
  std::optional<slot> read(std::exception_ptr &error) noexcept {
    try {
      if (iterator_)
        ++*iterator_;
      else
        iterator_.emplace(std::ranges::begin(*range_));
      if (*iterator_ == std::ranges::end(*range_))
        return std::nullopt;
      if constexpr (Owned)
        return slot{static_cast<item_type>(std::ranges::iter_move(*iterator_))};
      else
        return slot{static_cast<item_type>(**iterator_)};
    } catch (...) {
      error = std::current_exception();
      return std::nullopt;
    }
  }

  /// Under the lock.
  void wake() {
    if (!std::exchange(wanted_, false))
      return;
    net::post(executor_, [self = this->shared_from_this(), turn = turn_] {
      if (self->turn_ == turn && self->waiting_)
        std::exchange(self->waiting_, nullptr).resume();
    });
  }

  // Used by the worker while there is one, else by the consumer.
  std::optional<Range> range_;
  std::optional<std::ranges::iterator_t<Range>> iterator_;

  // Used by the consumer.
  std::vector<slot> ready_;
  std::size_t position_ = 0;
  std::coroutine_handle<> waiting_;
  const Workers workers_;
  const Executor executor_;
  const std::size_t buffer_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::vector<slot> filling_;
  std::exception_ptr error_; // read without the lock once `finished_` was seen
  enum : unsigned char { no_pass, sent, working } pass_ = no_pass;
  bool finished_ = false;
  bool closing_ = false;
  bool wanted_ = false;
  unsigned turn_ = 0; // of waiting; changed by the consumer only
};

} // namespace asynciter::detail
