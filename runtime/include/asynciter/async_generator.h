// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stream written as a coroutine: `co_yield` delivers an item, `co_await` waits for something, the end of
// the body is the end of the stream.
//
//     async_generator<std::string> lines(tcp::socket &from);
//
//     auto stream = lines(socket);
//     while (auto line = co_await stream.next())
//       use(*line);
//
// How a step runs. The consumer resumes the producer *inside* `await_ready()`. As long as the producer yields
// without a real suspension, the consumer is never suspended: an item is a call and a return, nothing is
// atomic, and the native stack stays flat over any number of ready items, also with compilers that do not
// turn symmetric transfer into a tail call.
//
// When the producer does suspend, the step becomes asynchronous, and both sides may go on at once on
// different threads: whoever comes second to the rendezvous runs the consumer. After such an item the next
// step is predicted to be asynchronous too: it suspends the consumer first and transfers to the producer,
// which needs no rendezvous, until a ready item switches back.
//
// The price of resuming inside is native stack per nesting level of generators (not per item).
//
// The interface is that of cppcoro's async_generator plus `next()`; what an item refers to follows
// std::generator ([coro.generator.promise]).
#pragma once

#include "asynciter/config.h"
#include "asynciter/protocol.h"

#include <atomic>
#include <cassert>
#include <concepts>
#include <coroutine>
#include <exception>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace asynciter {

template <class T> class async_generator;

namespace detail {

template <class T> class generator_promise final {
public:
  using item_type = std::remove_reference_t<T>;
  using handle = std::coroutine_handle<generator_promise>;

  async_generator<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }

  /// Suspends the producer and hands the item, which lives until the producer is resumed, to the consumer.
  struct delivering_awaiter {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(handle producer) const noexcept {
      return producer.promise().deliver(item);
    }
    void await_resume() const noexcept {}
    item_type *item;
  };

  /// The same for an item that the producer keeps: the consumer gets a copy, which it may move from.
  struct copying_awaiter {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(handle producer) noexcept {
      return producer.promise().deliver(std::addressof(copy));
    }
    void await_resume() const noexcept {}
    item_type copy;
  };

  delivering_awaiter yield_value(T &&item) noexcept { return {std::addressof(item)}; }
  copying_awaiter yield_value(const T &item)
    requires(!std::is_reference_v<T> && std::copy_constructible<T>)
  {
    return {item};
  }
  delivering_awaiter final_suspend() noexcept { return {nullptr}; }

  /// Forwards to the awaiter of what the producer awaits, and notes that the producer really suspends. The
  /// note is written before the inner `await_suspend` can hand the producer to another thread, and once per
  /// step only, since the consumer may read it from then on.
  template <class Awaiter> class noting_awaiter {
  public:
    template <class Awaitable>
    noting_awaiter(Awaitable &&awaitable, generator_promise &promise)
        : awaiter_(get_awaiter(std::forward<Awaitable>(awaitable))), promise_(promise) {}

    bool await_ready() { return awaiter_.await_ready(); }
    auto await_suspend(handle producer) {
      if (!(promise_.state_ & went_async))
        promise_.state_ |= went_async;
      return awaiter_.await_suspend(producer);
    }
    decltype(auto) await_resume() { return awaiter_.await_resume(); }

  private:
    Awaiter awaiter_; // a reference where the operand is itself the awaiter: it lives as long as the co_await
    generator_promise &promise_;
  };

  template <awaitable Awaitable> auto await_transform(Awaitable &&operand) {
    return noting_awaiter<decltype(get_awaiter(std::forward<Awaitable>(operand)))>(
        std::forward<Awaitable>(operand), *this);
  }

  /// Consumer's side of a step: runs the producer. True when the item or the end is there, else `wait` must
  /// follow.
  bool pull() noexcept {
    if (state_ == predicts_ready)
      handle::from_promise(*this).resume();
    return state_ == predicts_ready || state_ == ended;
  }

  /// Consumer's side after `pull` said false and the consumer was suspended. Gives the coroutine that goes
  /// on: the producer, nobody for now, or the consumer itself, because the item has arrived meanwhile.
  std::coroutine_handle<> wait(std::coroutine_handle<> consumer) noexcept {
    if (state_ == predicts_async) {
      rendezvous_.store(consumer.address(), std::memory_order_relaxed);
      state_ = transferred;
      return handle::from_promise(*this);
    }
    if (!rendezvous_.exchange(consumer.address(), std::memory_order_acq_rel))
      return std::noop_coroutine();
    state_ = item_ ? predicts_async : ended;
    return consumer;
  }

  /// The item of the last step, or null at the end. Throws what the producer threw, once.
  item_type *take() {
    if (!item_ && exception_)
      std::rethrow_exception(std::exchange(exception_, nullptr));
    return item_;
  }

  /// The item of the last step, or null at the end.
  item_type *item() const noexcept { return item_; }

#ifndef NDEBUG
  bool step_pending = false;
#endif

private:
  enum : unsigned char {
    predicts_ready = 0, // the next pull resumes the producer inline
    went_async = 1,     // the producer really suspended during this step
    predicts_async = 2, // the next pull suspends the consumer first
    transferred = 4,    // the consumer was suspended before the producer was resumed
    ended = 8,          // the producer stands at its final suspension
  };

  /// Producer's side: gives the coroutine that goes on.
  std::coroutine_handle<> deliver(item_type *item) noexcept {
    item_ = item;
    if (state_ == predicts_ready) {
      if (!item)
        state_ = ended;
      return std::noop_coroutine(); // returns to pull()
    }
    void *consumer;
    if (state_ & transferred) {
      consumer = rendezvous_.load(std::memory_order_relaxed);
      if (item && !(state_ & went_async)) {
        state_ = predicts_ready;
        rendezvous_.store(nullptr, std::memory_order_relaxed);
        return std::coroutine_handle<>::from_address(consumer);
      }
    } else {
      consumer = rendezvous_.exchange(this, std::memory_order_acq_rel);
      if (!consumer)
        return std::noop_coroutine(); // the consumer may already be running: nothing of ours may be touched
                                      // here
    }
    state_ = item ? predicts_async : ended;
    return std::coroutine_handle<>::from_address(consumer);
  }

  item_type *item_ = nullptr;
  std::atomic<void *> rendezvous_ = nullptr; // null, the waiting consumer, or `this`: the item came first
  std::exception_ptr exception_;
  unsigned char state_ = predicts_ready;
};

/// One step; a `Result` says in which form it gives its item. In debug builds it watches that steps do not
/// overlap.
template <class T, class Result> class [[nodiscard]] step_awaiter {
public:
  explicit step_awaiter(generator_promise<T> &promise, Result result) noexcept
      : promise_(promise), result_(result) {}
  step_awaiter(const step_awaiter &) = delete;
  step_awaiter &operator=(const step_awaiter &) = delete;

#ifndef NDEBUG
  ~step_awaiter() { finish(); } // a consumer destroyed during its step no longer waits
#endif

  bool await_ready() noexcept {
    start();
    return promise_.pull();
  }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) noexcept {
    return promise_.wait(consumer);
  }
  decltype(auto) await_resume() {
    finish();
    return result_(promise_.take());
  }

private:
#ifndef NDEBUG
  void start() noexcept {
    assert(!promise_.step_pending && "a step was started while another one of the same stream is pending");
    promise_.step_pending = started_ = true;
  }
  void finish() noexcept {
    if (std::exchange(started_, false))
      promise_.step_pending = false;
  }
  bool started_ = false;
#else
  void start() const noexcept {}
  void finish() const noexcept {}
#endif

  generator_promise<T> &promise_;
  [[no_unique_address]] Result result_;
};

} // namespace detail

/// A single-pass stream of `T` produced by a coroutine, which runs only while a step is pending.
///
/// Items. For an object type `T` the consumer gets an lvalue that it may change or move from: a yielded
/// rvalue itself, or a copy of a yielded lvalue. For a reference type the consumer gets what was yielded,
/// never a copy. An item is valid until the next step starts or the generator is destroyed.
///
/// Steps. At most one step may be pending. A step after the end says end again. An exception that leaves the
/// body is thrown by the step that ran into it; after that the stream is at its end.
///
/// Lifetime. Owns its frame: destroying the generator destroys the coroutine where it stands and runs the
/// destructors of its locals. It must not be destroyed, moved or assigned to while a step is pending, except
/// with the consumer's own frame. Overlapping steps and destruction during a step are asserted unless NDEBUG
/// is defined, which changes the layout: define it in all translation units or in none. Parameters are part
/// of the frame; what they refer to must outlive the generator.
///
/// Threads. Not thread-safe, but each step may be started from, and complete on, another thread.
///
/// Calling the coroutine throws std::bad_alloc when there is no memory for the frame: one allocation for the
/// generator, none per item.
///
/// \tparam T an object type without cv-qualifiers, or a reference type.
template <class T> class [[nodiscard]] ASYNCITER_CORO_TYPE async_generator {
  static_assert(std::is_reference_v<T> || (std::is_object_v<T> && std::same_as<T, std::remove_cv_t<T>>),
                "an item is an object without cv-qualifiers or a reference");

public:
  using promise_type = detail::generator_promise<T>;
  using value_type = std::remove_cvref_t<T>;

  class iterator;

  /// A generator without a coroutine, only good for assigning to.
  async_generator() noexcept = default;

  /// Takes the coroutine over; `other` is left without one. Iterators stay valid.
  async_generator(async_generator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}

  /// Destroys the coroutine held so far and takes over the one of `other`.
  async_generator &operator=(async_generator &&other) noexcept {
    async_generator(std::move(other)).swap(*this);
    return *this;
  }

  ~async_generator() {
    if (coroutine_) {
      assert(!coroutine_.promise().step_pending && "a stream was destroyed while a step is pending");
      coroutine_.destroy();
    }
  }

  void swap(async_generator &other) noexcept { std::swap(coroutine_, other.coroutine_); }

  /// Whether there is a coroutine to step.
  [[nodiscard]] bool valid() const noexcept { return coroutine_ != nullptr; }

  /// `co_await g.next()` steps and gives a `step_result<T>`: an item, or the end. Requires `valid()`.
  /// \throws (on co_await) what the body threw.
  [[nodiscard]] auto next() noexcept {
    return step([](auto *item) noexcept { return step_result<T>(item); });
  }

  /// `co_await g.begin()` steps and gives an iterator to the item, equal to `end()` if there is none.
  /// Requires `valid()`. The stream is single-pass: the iterator, and every other one, is at the generator's
  /// position.
  /// \throws (on co_await) what the body threw.
  [[nodiscard]] auto begin() noexcept {
    return step([coroutine = coroutine_](auto *) noexcept { return iterator(coroutine); });
  }

  /// What an iterator equals after a step that said end.
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return std::default_sentinel; }

private:
  friend promise_type;
  explicit async_generator(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  template <class Result> auto step(Result result) noexcept {
    assert(coroutine_ && "a generator without a coroutine was stepped");
    return detail::step_awaiter<T, Result>(coroutine_.promise(), result);
  }

  std::coroutine_handle<promise_type> coroutine_;
};

/// The position of an async_generator as an iterator. Refers to the generator's frame, which must outlive it.
template <class T> class async_generator<T>::iterator {
public:
  using value_type = std::remove_cvref_t<T>;
  using reference = std::remove_reference_t<T> &;
  using pointer = std::remove_reference_t<T> *;
  using difference_type = std::ptrdiff_t;

  /// An iterator of no generator, only good for assigning to.
  iterator() noexcept = default;

  /// The item. Requires that the last step did not say end, which debug builds assert.
  [[nodiscard]] reference operator*() const noexcept {
    assert(coroutine_.promise().item() && "an item was read from an iterator at the end");
    return *coroutine_.promise().item();
  }

  /// Access to a member of the item, under the same condition.
  [[nodiscard]] pointer operator->() const noexcept { return std::addressof(**this); }

  /// `co_await ++it` steps, and gives `it` itself, which then stands at the next item or equals the end.
  /// \throws (on co_await) what the body threw; the iterator then equals the end.
  [[nodiscard]] auto operator++() noexcept {
    auto result = [this](auto *) noexcept -> iterator & { return *this; };
    return detail::step_awaiter<T, decltype(result)>(coroutine_.promise(), result);
  }

  /// Whether the last step said end.
  [[nodiscard]] friend bool operator==(const iterator &it, std::default_sentinel_t) noexcept {
    return it.coroutine_.promise().item() == nullptr;
  }

private:
  friend async_generator;
  explicit iterator(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T> async_generator<T> generator_promise<T>::get_return_object() noexcept {
  return async_generator<T>(handle::from_promise(*this));
}

} // namespace detail

} // namespace asynciter
