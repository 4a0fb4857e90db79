// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A queue between coroutines with a bound: producers wait while it is full, consumers while it is empty.
//
//     task<> produce(channel<std::string> &lines, file &from) {
//       while (auto line = co_await from.read_line())
//         if (!co_await lines.send(std::move(*line)))
//           co_return; // closed: nobody wants more
//       lines.close();
//     }
//
//     task<> consume(channel<std::string> &lines) {
//       while (auto line = co_await lines.next())
//         use(*line);
//     }
//
// A channel is a stream whose items come from elsewhere: from other coroutines, from other threads, from a
// callback (`try_send`). Use it where producer and consumer are to run beside each other; where one waits for
// the other anyway, a generator is simpler and cheaper. Any number of both may use it, from any thread.
//
// Bound. A channel of capacity n keeps n items; of capacity 0 it keeps none, and each send waits until a
// consumer takes its item. There is no unbounded channel: producers would fill the memory.
//
// Order. Items come out in the order in which they went in; waiting coroutines are served first come, first
// served. Whoever is served is resumed by the thread that served it, within its operation; or, when that is
// made by a coroutine which was itself resumed that way, once that suspends. So no line of coroutines needs a
// deep stack.
//
// Closing. After `close()` nothing more goes in: sends say false, also those that wait. What is kept comes
// out, and then `next()` says end, or throws what was given to `close(error)`, to every consumer.
//
// Nothing is lost. A send moves from its argument only when the item has a place or a taker. One that says
// false, or throws because it was stopped, has left the argument as it was: send it elsewhere. A `next()`
// that is stopped has taken nothing. (An item is lost if a coroutine is destroyed after it was served and
// before it ran, or if it is the late loser of a when_any.)
//
// Stopping: a coroutine that waits and is stopped leaves the line, and its `co_await` throws
// `operation_cancelled`. If it was served by then, that counts.
//
// Lifetime: the channel must outlive all that wait for it. A coroutine that waits may be destroyed.
//
// Cost: the capacity is allocated at the beginning, nothing after that. Each operation takes an internal
// std::mutex for a moment and moves the item twice, once if it goes straight to a waiting consumer.
#pragma once

#include "asynciter/detail/waiting_list.h"

#include <cassert>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace asynciter {

/// A bounded queue of `T`, which is awaited at both ends, and a `stream`. All functions may be called from
/// any thread.
///
/// \tparam T an object type that can be moved.
template <class T> class [[nodiscard]] channel {
  static_assert(std::is_object_v<T> && std::same_as<T, std::remove_cv_t<T>> && std::move_constructible<T>,
                "an item of a channel is an object without cv-qualifiers that can be moved");

  class send_operation;
  class receive_operation;

public:
  using value_type = T;

  /// \param capacity how many items it keeps; 0: each send waits for its taker.
  explicit channel(std::size_t capacity) : places_(capacity) {}
  channel(const channel &) = delete;
  channel &operator=(const channel &) = delete;

  /// Destroys the items that are left. Nobody may be waiting.
  ~channel() {
    assert(senders_.empty() && receivers_.empty() &&
           "a channel was destroyed while a coroutine waits for it");
  }

  /// `co_await c.send(std::move(item))` waits for a place and gives true, or false if the channel is closed.
  /// Moves from `item`, which must live until then, only if it gives true.
  /// \throws operation_cancelled (on co_await) if stopped while waiting; what moving the item throws.
  [[nodiscard]] auto send(T &&item) noexcept { return sending<T &&>{*this, std::move(item)}; }

  /// The same with a copy of `item`.
  [[nodiscard]] auto send(const T &item)
    requires std::copy_constructible<T>
  {
    return sending<T>{*this, item};
  }

  /// `co_await c.next()` waits for an item and gives it, or an empty optional if the channel is closed and
  /// nothing is left.
  /// \throws (on co_await) what `close` was given, when nothing is left, each time; operation_cancelled if
  /// stopped while waiting.
  [[nodiscard]] auto next() noexcept {
    struct [[nodiscard]] stepping {
      receive_operation operator co_await() const noexcept { return receive_operation(from); }
      channel &from;
    };
    return stepping{*this};
  }

  /// Sends if there is a place or a waiting consumer. If not, or if the channel is closed, gives false and
  /// leaves `item` as it was.
  [[nodiscard]] bool try_send(T &&item) {
    bool sent;
    {
      std::lock_guard lock(mutex_);
      sent = !closed_ && put(item);
    }
    detail::resume_ready();
    return sent;
  }

  /// The same with a copy.
  [[nodiscard]] bool try_send(const T &item)
    requires std::copy_constructible<T>
  {
    return try_send(T(item));
  }

  /// An item if there is one, else nothing, whether the channel is closed or not.
  /// \throws what `close` was given, when nothing is left.
  [[nodiscard]] std::optional<T> try_receive() {
    std::optional<T> item;
    {
      std::lock_guard lock(mutex_);
      if (!get(item) && error_)
        std::rethrow_exception(error_);
    }
    detail::resume_ready();
    return item;
  }

  /// Lets nothing more in. Waiting sends say false; consumers get what is left, and then the end or, if
  /// `error` is given, that exception. Closing again has no effect.
  void close(std::exception_ptr error = nullptr) noexcept {
    {
      std::lock_guard lock(mutex_);
      if (closed_)
        return;
      closed_ = true;
      error_ = std::move(error);
      while (detail::waiter *sender = senders_.front())
        static_cast<send_operation *>(sender)->complete();
      while (detail::waiter *receiver = receivers_.front())
        static_cast<receive_operation *>(receiver)->end(error_);
    }
    detail::resume_ready();
  }

  /// Whether `close` was called. Items may be left.
  [[nodiscard]] bool closed() const noexcept {
    std::lock_guard lock(mutex_);
    return closed_;
  }

  /// How many items it keeps now. Other threads may change that at any time.
  [[nodiscard]] std::size_t size() const noexcept {
    std::lock_guard lock(mutex_);
    return size_;
  }

  /// How many items it can keep.
  [[nodiscard]] std::size_t capacity() const noexcept { return places_.size(); }

private:
  template <class, class> friend class detail::wait_operation;

  /// `Item` is `T` if it owns the item, and `T &&` if it borrows it.
  template <class Item> struct [[nodiscard]] sending {
    send_operation operator co_await() noexcept { return send_operation(to, item); }
    channel &to;
    Item item;
  };

  class send_operation final : public detail::wait_operation<channel, send_operation> {
    using base = detail::wait_operation<channel, send_operation>;

  public:
    send_operation(channel &to, T &item) noexcept : base(to), item_(item) {}
    ~send_operation() { this->leave(); }
    [[nodiscard]] bool await_resume() {
      this->finish();
      if (error_)
        std::rethrow_exception(std::move(error_));
      return sent_;
    }

  private:
    friend base;
    friend channel;
    bool try_complete() {
      channel &to = this->primitive();
      sent_ = !to.closed_ && to.put(item_);
      return sent_ || to.closed_;
    }
    detail::waiting_list &line() noexcept { return this->primitive().senders_; }

    T &item_;
    std::exception_ptr error_; // moving the item threw, in a consumer
    bool sent_ = false;
  };

  class receive_operation final : public detail::wait_operation<channel, receive_operation> {
    using base = detail::wait_operation<channel, receive_operation>;

  public:
    using base::base;
    ~receive_operation() { this->leave(); }
    [[nodiscard]] std::optional<T> await_resume() {
      this->finish();
      if (error_)
        std::rethrow_exception(std::move(error_));
      return std::move(item_);
    }

  private:
    friend base;
    friend channel;
    bool try_complete() {
      channel &from = this->primitive();
      if (from.get(item_))
        return true;
      error_ = from.error_;
      return from.closed_;
    }
    detail::waiting_list &line() noexcept { return this->primitive().receivers_; }
    void end(const std::exception_ptr &error) noexcept {
      error_ = error;
      this->complete();
    }

    std::optional<T> item_;
    std::exception_ptr error_;
  };

  // The rest requires that the mutex is held. Consumers wait only while nothing is kept and nobody sends,
  // producers only while all places are taken.

  /// Moves `item` to a waiting consumer or to a free place, if there is one.
  bool put(T &item) {
    if (detail::waiter *next = receivers_.front()) {
      auto *receiver = static_cast<receive_operation *>(next);
      receiver->item_.emplace(std::move(item));
      receiver->complete();
      return true;
    }
    if (size_ == places_.size())
      return false;
    places_[(first_ + size_) % places_.size()].emplace(std::move(item));
    ++size_;
    return true;
  }

  /// Moves the oldest item to `item`, if there is one, and that of the first waiting producer to its place.
  bool get(std::optional<T> &item) {
    auto *sender = static_cast<send_operation *>(senders_.front());
    if (size_ == 0) {
      if (!sender)
        return false;
      item.emplace(std::move(sender->item_));
      sender->sent_ = true;
      sender->complete();
      return true;
    }
    item.emplace(std::move(*places_[first_]));
    places_[first_].reset();
    first_ = (first_ + 1) % places_.size();
    --size_;
    if (sender) {
      try {
        sender->sent_ = put(sender->item_);
      } catch (...) {
        sender->error_ = std::current_exception();
      }
      sender->complete();
    }
    return true;
  }

  mutable std::mutex mutex_;
  std::vector<std::optional<T>> places_; // a ring
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  bool closed_ = false;
  std::exception_ptr error_;
  detail::waiting_list senders_;
  detail::waiting_list receivers_;
};

} // namespace asynciter
