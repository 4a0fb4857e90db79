// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a stream before its items are asked for.
//
// The reader is no coroutine: it is what runs when a step of the stream is over. It takes the item, and
// starts the next step if there is a free place, and so on; then, last of all, it resumes the consumer.
// Nothing of ours runs on its stack when that does, so the consumer may destroy everything.
//
// The steps are made with a stop token that belongs to the reader, because they outlive those of its
// consumer.
#pragma once

#include "asynciter/detail/source.h"
#include "asynciter/detail/stream_input.h"
#include "asynciter/detail/waiting_list.h"
#include "asynciter/task.h"

#include <cassert>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace asynciter::detail {

/// Reads up to so many items of `S` ahead. \tparam S a reference type for a stream that is borrowed.
///
/// One coroutine at a time may receive. Destroying it while a step is pending is like destroying a consumer
/// during its step.
template <class S> class [[nodiscard]] read_ahead : resumable {
  using source_type = decltype(std::declval<S &>().source());
  using value = value_of<item_of_t<S>>;
  class news_operation;
  class receive_operation;
  class idle_operation;

public:
  read_ahead(S &&stream, std::size_t places)
      : stream_(std::forward<S>(stream)), source_(stream_.source()), stop_token_(stop_.get_token()),
        places_(places) {
    assert(places > 0 && "reading ahead needs a place for an item at least");
  }
  read_ahead(const read_ahead &) = delete;
  read_ahead &operator=(const read_ahead &) = delete;
  ~read_ahead() {
    if (runs_)
      source_.abandon();
  }

  /// `co_await r.receive()` waits for an item and moves it out, into an optional that is empty at the end.
  /// The first one starts the reader.
  /// \throws (on co_await) what the stream threw; operation_cancelled if stopped while waiting, and then it
  /// has taken nothing.
  auto receive() noexcept { return start<receive_operation>(); }

  /// `co_await r.news()` waits in the same way and takes nothing, so that it can lose a race.
  /// \throws (on co_await) operation_cancelled if stopped while waiting.
  auto news() noexcept { return start<news_operation>(); }

  /// `co_await r.close()` stops the reader, waits for the end of its step, and closes the stream if it is
  /// owned.
  task<> close() {
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
    }
    request_stop_of(stop_);
    co_await idle_operation(*this);
    if constexpr (wants_close<S> && !std::is_lvalue_reference_v<S>)
      co_await stream_.close();
  }

private:
  template <class, class> friend class wait_operation;

  class news_operation : public wait_operation<read_ahead, news_operation> {
    using base = wait_operation<read_ahead, news_operation>;

  public:
    using base::base;
    ~news_operation() { this->leave(); }
    void await_resume() { this->finish(); }

  private:
    friend base;
    bool try_complete() const noexcept { return this->primitive().has_news(); }
    waiting_list &line() noexcept { return this->primitive().receivers_; }
  };

  class receive_operation final : public news_operation {
  public:
    using news_operation::news_operation;
    [[nodiscard]] std::optional<value> await_resume() {
      this->finish();
      return this->primitive().take();
    }
  };

  /// Waits for the reader, which goes on at once.
  template <class Operation> auto start() noexcept {
    struct [[nodiscard]] waiting {
      Operation operator co_await() const noexcept { return Operation(from); }
      read_ahead &from;
    };
    go_on();
    return waiting{*this};
  }

  class idle_operation final : public wait_operation<read_ahead, idle_operation> {
    using base = wait_operation<read_ahead, idle_operation>;

  public:
    using base::base;
    ~idle_operation() { this->leave(); }
    void await_resume() { this->finish(); }

  private:
    friend base;
    bool try_complete() const noexcept { return !this->primitive().runs_; }
    waiting_list &line() noexcept { return this->primitive().closers_; }
  };

  bool has_news() const noexcept { return size_ > 0 || ended_; }

  std::optional<value> take() {
    std::optional<value> item;
    {
      std::lock_guard lock(mutex_);
      if (size_ == 0) {
        if (error_)
          std::rethrow_exception(std::exchange(error_, nullptr));
        return item;
      }
      item.emplace(std::move(*ring_[first_]));
      ring_[first_].reset();
      first_ = (first_ + 1) % ring_.size();
      --size_;
    }
    go_on();
    return item;
  }

  /// Starts the reader where it had to stop for want of a place.
  void go_on() noexcept {
    {
      std::lock_guard lock(mutex_);
      if (runs_ || ended_ || closing_ || size_ == places_)
        return;
      runs_ = true;
    }
    run();
  }

  /// The reader. What it makes ready goes on when it has done its part.
  void run() noexcept {
    const bool outer = ready_list::hold();
    while (read_one()) {
    }
    ready_list::release(outer); // this may be gone
    resume_ready();
  }

  /// False when the reader rests, or waits for the stream: then this may be gone.
  bool read_one() noexcept {
    {
      std::lock_guard lock(mutex_);
      if (closing_ || size_ == places_) {
        rest();
        return false;
      }
    }
    try {
      source_.use_stop_token(std::addressof(stop_token_));
      source_.begin_step();
      if (!source_.pull()) {
        {
          std::lock_guard lock(mutex_);
          tell_receiver();
        }
        resume = [](resumable *self) noexcept {
          auto &reader = *static_cast<read_ahead *>(self);
          const bool outer = ready_list::hold();
          const bool more = reader.step_is_over();
          ready_list::release(outer);
          if (more)
            reader.run();
          else
            resume_ready();
        };
        if (source_.wait(static_cast<resumable *>(this)))
          return false;
      }
    } catch (...) {
      source_.abandon();
      end(std::current_exception());
      return false;
    }
    return step_is_over();
  }

  /// Whether the stream goes on.
  bool step_is_over() noexcept {
    try {
      if (auto *item = source_.take()) {
        std::lock_guard lock(mutex_);
        if (ring_.empty())
          ring_.resize(places_);
        ring_[(first_ + size_) % places_].emplace(static_cast<item_of_t<S>>(*item));
        ++size_;
        return true;
      }
      end(nullptr);
    } catch (...) {
      end(std::current_exception());
    }
    return false;
  }

  void end(std::exception_ptr error) noexcept {
    std::lock_guard lock(mutex_);
    ended_ = true;
    error_ = std::move(error);
    rest();
  }

  // With the mutex held:

  void rest() noexcept {
    runs_ = false;
    tell_receiver();
    while (waiter *closer = closers_.front())
      static_cast<idle_operation *>(closer)->complete();
  }

  void tell_receiver() noexcept {
    if (waiter *receiver = receivers_.front(); receiver && has_news())
      static_cast<news_operation *>(receiver)->complete();
  }

  S stream_;
  source_type source_;
  std::stop_source stop_;
  std::stop_token stop_token_;
  const std::size_t places_;
  mutable std::mutex mutex_;
  std::vector<std::optional<value>> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  bool runs_ = false; // somebody is the reader
  bool closing_ = false;
  bool ended_ = false;
  std::exception_ptr error_;
  waiting_list receivers_;
  waiting_list closers_;
};

/// `auto &r = co_await reading_ahead<S>(stream, n)` in a generator, which closes it at its end.
template <class S> auto reading_ahead(std::remove_reference_t<S> &stream, std::size_t places) {
  auto made = std::make_unique<read_ahead<S>>(static_cast<S &&>(stream), places);
  return on_exit([](std::unique_ptr<read_ahead<S>> &reader) { return reader->close(); }, std::move(made));
}

} // namespace asynciter::detail
