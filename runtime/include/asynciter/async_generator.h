// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stream written as a coroutine: `co_yield` delivers an item, `co_await` waits for something, the end of
// the body is the end of the stream.
//
//     async_generator<std::string> lines(file &from) {
//       while (auto block = co_await from.read())
//         for (std::string &line : split(*block))
//           co_yield std::move(line);
//     }
//
//     task<> print(file &from) {
//       auto stream = lines(from);
//       while (auto line = co_await stream.next())
//         use(*line);
//     }
//
// A generator can hand over to another one, at no cost per item and to any depth:
//
//     co_yield elements_of(lines(other));
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
// The price of resuming inside is native stack per nesting level of generators that loop over each other (not
// per item, and not per level of `elements_of`).
//
// The interface is that of cppcoro's async_generator plus `next()`, `close()` and `elements_of`; what an item
// refers to follows std::generator ([coro.generator.promise], P2502).
//
// Lifetime. The generator owns its frame, with the coroutine's parameters in it; what they refer to must
// outlive it. An item is valid until the next step.
//
// Cost. One allocation for a generator, none for an item; 80 bytes beyond its locals. An item after a real
// suspension takes two resumptions and at most one atomic exchange.
#pragma once

#include "asynciter/cleanup.h"
#include "asynciter/config.h"
#include "asynciter/detail/flat_resume.h"
#include "asynciter/detail/frame.h"
#include "asynciter/detail/promise.h"
#include "asynciter/detail/source.h"
#include "asynciter/detail/tracking.h"
#include "asynciter/protocol.h"

#include <atomic>
#include <bit>
#include <cassert>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

namespace asynciter {

template <class T, class Allocator = recycling> class async_generator;

/// `co_yield elements_of(s)` in a generator delivers all items of `s` that are left: a generator of the same
/// type, any other stream, or a sync range, whose items must convert to the generator's. What `s` throws, the
/// `co_yield` throws.
///
/// An rvalue is given away: if the consumer closes the outer generator meanwhile, `s` is closed with it.
/// Where `s` is a variable that was moved, it must live until the `co_yield` is over and is then only good
/// for destroying or assigning to. An lvalue is borrowed: it must live until the `co_yield` is over or the
/// outer generator is destroyed or closed, must not be stepped meanwhile, and can be stepped on afterwards;
/// to close it is up to its owner.
///
/// A generator of the same type costs nothing per item, however deep it is nested: the consumer then resumes
/// the innermost one. Anything else costs a frame, and a step of its own for each item.
template <class S> struct elements_of {
  [[no_unique_address]] S items;
};
template <class S> elements_of(S &&) -> elements_of<S &&>;

namespace detail {

/// `co_await first_step()` in the generator of an adaptor: see `registered` in detail/stream_input.h.
struct first_step {};

template <class T, class Allocator>
class generator_promise final : public frame_memory<Allocator>,
                                public cooperative_promise<generator_promise<T, Allocator>> {
public:
  using item_type = std::remove_reference_t<T>;
  using handle = std::coroutine_handle<generator_promise>;
  using generator = async_generator<T, Allocator>;

  generator_promise() noexcept : attachments_(nullptr) {}
  generator_promise(const generator_promise &) = delete;
  generator_promise &operator=(const generator_promise &) = delete;
  ~generator_promise() {
    if (flags_.failed || attachments_) [[unlikely]]
      release();
  }

  generator get_return_object() noexcept;
  lazy_start initial_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}

  void unhandled_exception() noexcept {
    if (attachments_)
      static_cast<cleanup_promise *>(attachments_)->carry(std::current_exception());
    else
      fail(std::current_exception());
  }

  /// Suspends the producer and hands the item, which lives until the producer is resumed, to the consumer.
  struct delivering_awaiter {
    bool await_ready() const noexcept { return false; }
    void await_suspend(handle producer) const noexcept { deliver(producer, item); }
    void await_resume() const noexcept { coroutine_resumed(); }
    item_type *item;
  };

  /// The same for an item that the producer keeps: the consumer gets a copy, which it may move from.
  struct copying_awaiter {
    bool await_ready() const noexcept { return false; }
    void await_suspend(handle producer) noexcept { deliver(producer, std::addressof(copy)); }
    void await_resume() const noexcept { coroutine_resumed(); }
    item_type copy;
  };

  delivering_awaiter yield_value(T &&item) noexcept { return {std::addressof(item)}; }
  copying_awaiter yield_value(const T &item)
    requires(!std::is_reference_v<T> && std::copy_constructible<T>)
  {
    return {item};
  }

  /// While a child delivers in place of its parent, this is in the parent's frame, on top of what is attached
  /// to it.
  class delegating_awaiter : public attachment {
  public:
    explicit delegating_awaiter(handle child) noexcept : child_(child) {}
    delegating_awaiter(const delegating_awaiter &) = delete;
    delegating_awaiter &operator=(const delegating_awaiter &) = delete;
    ~delegating_awaiter() {
      if (child_.promise().flags_.state == delivers_for_parent) [[unlikely]]
        give_up();
    }

    bool await_ready() const noexcept { return child_.promise().flags_.state == ended; }
    std::coroutine_handle<> await_suspend(handle parent) noexcept { return delegate(parent, delegates); }
    void await_resume() {
      coroutine_resumed();
      child_.promise().rethrow_failure();
    }

  protected:
    std::coroutine_handle<> delegate(handle parent, unsigned char how) noexcept {
      coroutine_suspended();
      generator_promise &promise = parent.promise();
      const handle child = child_, root = promise.far_;
      parent_ = parent;
      below = std::exchange(promise.attachments_, this);
      promise.flags_.delegating = how;
      child.promise().begin_delivering();
      child.promise().far_ = root;
      child.promise().slot_.store(reinterpret_cast<std::uintptr_t>(this), std::memory_order_relaxed);
      const handle leaf = child.promise().flags_.delegating ? adopt_inner(child, root) : child;
#ifdef __clang__ // makes each transfer a tail call
      root.promise().far_ = leaf;
      return leaf;
#else
      root.promise().hand_over(leaf);
      return std::noop_coroutine();
#endif
    }

    handle child_;

  private:
    friend generator_promise;

    /// Tells those that deliver in the child's place already who is stepped now. Gives the innermost one.
    [[gnu::noinline]] static handle adopt_inner(handle child, handle root) noexcept {
      handle innermost = child;
      while (innermost.promise().flags_.delegating) {
        innermost = innermost.promise().delegation()->child_;
        innermost.promise().far_ = root;
      }
      return innermost;
    }

    void detach() noexcept {
      parent_.promise().attachments_ = below;
      parent_.promise().flags_.delegating = delegates_not;
    }

    /// The child may be gone before this is: from now on it stands for the parent, which is not.
    void forget_child() noexcept {
      detach();
      child_ = parent_;
    }

    /// The parent ends while its child delivers. One that was lent may live on, and be stepped again.
    [[gnu::cold, gnu::noinline]] void give_up() noexcept {
      const handle lent = child_;
      generator_promise &child = lent.promise();
      const bool is_given_away = parent_.promise().flags_.delegating == delegates;
      forget_child();
      if (is_given_away)
        return child.say_end();
      if (child.far_.promise().flags_.step != idle)
        child.abandon();
      child.far_ = adopt_inner(lent, lent);
      child.slot_.store(0, std::memory_order_relaxed);
      child.flags_.state = predicts_ready;
    }

    handle parent_;
    generator_promise *leaf_; // in the root's only, between two steps that are asynchronous
  };

  /// The same for a child that goes on to belong to somebody else.
  class borrowing_awaiter : public delegating_awaiter {
  public:
    using delegating_awaiter::delegating_awaiter;
    std::coroutine_handle<> await_suspend(handle parent) noexcept { return this->delegate(parent, borrows); }
    void await_resume() {
      this->child_.promise().say_end();
      delegating_awaiter::await_resume();
    }
  };

  /// The same for a child that is made for the purpose.
  class relaying_awaiter {
  public:
    explicit relaying_awaiter(generator child) noexcept
        : child_(std::move(child)), delegation_(child_.coroutine_) {}
    bool await_ready() const noexcept { return delegation_.await_ready(); }
    std::coroutine_handle<> await_suspend(handle parent) noexcept {
      return delegation_.await_suspend(parent);
    }
    void await_resume() { delegation_.await_resume(); }

  private:
    generator child_;
    delegating_awaiter delegation_;
  };

  delegating_awaiter yield_value(elements_of<generator &&> child) noexcept {
    assert(child.items.valid() && "a generator without a coroutine was given to elements_of");
    return delegating_awaiter(child.items.coroutine_);
  }
  borrowing_awaiter yield_value(elements_of<generator &> child) noexcept {
    assert(child.items.valid() && "a generator without a coroutine was given to elements_of");
    return borrowing_awaiter(child.items.coroutine_);
  }
  template <class S>
    requires std::is_reference_v<S>
  relaying_awaiter yield_value(elements_of<S> other);

  /// Runs the registered cleanups, if there are any, and then says end.
  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    void await_suspend(handle producer) const noexcept {
      coroutine_suspended();
      generator_promise &promise = producer.promise();
      if (promise.stands_alone(predicts_ready) && !promise.attachments_) [[likely]]
        promise.say_end();
      else
        finish(producer);
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }

  /// Notes, before the inner `await_suspend` can hand the producer to another thread, that the producer
  /// really suspends.
  template <class Awaiter> class noting_awaiter : public tracking_awaiter<Awaiter> {
  public:
    using tracking_awaiter<Awaiter>::tracking_awaiter;
    auto await_suspend(handle producer) {
      producer.promise().note_suspension();
      return tracking_awaiter<Awaiter>::await_suspend(producer);
    }
  };

  using cooperative_promise<generator_promise>::await_transform;
  lazy_start await_transform(first_step) const noexcept { return {}; }
  template <awaitable Awaitable> auto await_transform(Awaitable &&operand) {
    return noting_awaiter<decltype(get_awaiter(std::forward<Awaitable>(operand)))>(
        std::forward<Awaitable>(operand), stop());
  }

  /// The stop token of the consumer whose step this serves.
  const std::stop_token *stop() const noexcept { return far_.promise().stop_; }

  /// Where cleanup is registered.
  attachment *&cleanups() noexcept { return attachments_; }

  /// What the frame was allocated with.
  Allocator allocator() {
    if constexpr (generator_promise::stores_allocator)
      return Allocator(generator_promise::allocator_of(handle::from_promise(*this).address()));
    else
      return Allocator();
  }

  // A source, used by the consumer: see detail/source.h.

  void use_stop_token(const std::stop_token *stop) noexcept { stop_ = stop; }

  void begin_step() noexcept {
    assert_idle();
    set_step(pending);
  }

  // Who steps this is known in debug builds only.

  /// Checks that nobody does.
  void assert_idle() const noexcept {
    assert(flags_.step != pending && "a step was started while another one of the same stream is pending");
    assert(flags_.step != abandoned && "a stream was stepped whose last consumer was destroyed in a step");
    assert(flags_.state != delivers_for_parent && "a stream was stepped while it delivers for another one");
    assert(!(flags_.state == ended && far_ != nothing()) &&
           "a stream was stepped after it was given away to elements_of");
  }
  void abandon() noexcept { set_step(abandoned); }
  bool is_step_pending() const noexcept { return flags_.step == pending; }
  bool is_delivering() const noexcept { return flags_.state == delivers_for_parent; }

  /// Whether no step is under way.
  bool is_over() const noexcept { return flags_.state <= ended; }

  /// Resumes the producer, which is a coroutine that does nothing where that is not the thing to do.
  void pull() noexcept { resume_inside(far_); }

  /// Goes on with a pull that did not end the step: it may have run into the end of a child.
  static bool pull_on(handle stepped) noexcept {
    return stepped.promise().flags_.state == hands_over && pull_from_next(stepped);
  }
  [[gnu::noinline]] static bool pull_from_next(handle stepped) noexcept {
    generator_promise &promise = stepped.promise();
    do {
      promise.flags_.state = predicts_ready;
      resume_inside(promise.far_);
    } while (promise.flags_.state == hands_over);
    return promise.is_over();
  }

  bool wait(continuation consumer) noexcept {
    if (flags_.state == predicts_async) [[likely]] {
      go_on_for(consumer, handle::from_promise(*this)).resume();
      return true; // the step may be over, and all be gone
    }
    if (flags_.state == predicts_async_child) {
      go_on_for(consumer, handle::from_promise(*delegation()->leaf_)).resume();
      return true;
    }
    return meet_producer(consumer);
  }

  std::coroutine_handle<> transfer(std::coroutine_handle<> consumer) noexcept {
    if (flags_.state == predicts_async) [[likely]]
      return go_on_for(consumer, handle::from_promise(*this));
    if (flags_.state == predicts_async_child)
      return go_on_for(consumer, handle::from_promise(*delegation()->leaf_));
    return meet_producer(consumer) ? std::noop_coroutine() : consumer;
  }

  item_type *take() {
    set_step(idle);
    item_type *result = item();
    if (!result) [[unlikely]]
      rethrow_failure();
    return result;
  }

  /// The item of the last step, or null at the end.
  item_type *item() const noexcept {
    return reinterpret_cast<item_type *>(slot_.load(std::memory_order_relaxed));
  }

  /// Ends the stream where it stands. Gives the cleanups of this generator and of those that it gave its
  /// place to, newest on top. The body is left to be destroyed.
  attachment *end_early() noexcept {
    generator_promise *at = this;
    while (at->flags_.delegating == delegates)
      at = std::addressof(at->delegation()->child_.promise());
    if (at->flags_.delegating == borrows)
      at->delegation()->give_up();
    attachment *cleanups = nullptr;
    for (attachment **bottom = &cleanups;;) {
      *bottom = at->flags_.failed ? nullptr : std::exchange(at->attachments_, nullptr);
      while (*bottom)
        bottom = &(*bottom)->below;
      auto *delegation = at == this ? nullptr : at->parents_delegation();
      at->set_step(idle);
      at->say_end();
      if (!delegation)
        return cleanups;
      at = std::addressof(delegation->parent_.promise());
      delegation->forget_child();
    }
  }

private:
  // Where a generator that is stepped stands, between two steps and in one.
  static constexpr unsigned char predicts_ready = 0; // the next pull resumes the producer inline
  static constexpr unsigned char ended = 1;          // up to here no step is under way
  static constexpr unsigned char hands_over = 2;     // in an inline step: another producer is to be resumed
  // The next pull does nothing: the consumer suspends first. The item will come from this one, or from a
  // child.
  static constexpr unsigned char predicts_async = 4;
  static constexpr unsigned char predicts_async_child = 5;
  static constexpr unsigned char went_async = 8;   // a bit: the producer really suspended in this step
  static constexpr unsigned char transferred = 16; // a bit: the consumer was suspended before it ran
  static constexpr unsigned char delivers_for_parent = 32; // nobody steps it: the parent's root is stepped

  // Whether a child delivers in our place, and whether it was given to us for good.
  static constexpr unsigned char delegates_not = 0;
  static constexpr unsigned char delegates = 1;
  static constexpr unsigned char borrows = 2;

  // What the consumer does, in debug builds.
  static constexpr unsigned char idle = 0;
  static constexpr unsigned char pending = 1;   // it waits for a step
  static constexpr unsigned char abandoned = 2; // it was destroyed while it waited

  // What the slot holds in a step that went asynchronous, besides the waiting consumer or the item.
  static constexpr std::uintptr_t nobody = 0;
  static constexpr std::uintptr_t end_came_first = 1;

  static handle nothing() noexcept { return handle::from_address(std::noop_coroutine().address()); }

  /// The generator that is stepped. To be called while this one runs.
  generator_promise &root() const noexcept { return far_.promise(); }

  delegating_awaiter *delegation() const noexcept { return static_cast<delegating_awaiter *>(attachments_); }
  /// The one of whom this delivers for.
  delegating_awaiter *parents_delegation() const noexcept {
    return reinterpret_cast<delegating_awaiter *>(slot_.load(std::memory_order_relaxed));
  }

  /// After a pull that did nothing: gives the producer, which is to be resumed now that the consumer is
  /// suspended.
  handle go_on_for(continuation consumer, handle producer) noexcept {
    slot_.store(consumer.bits(), std::memory_order_relaxed);
    flags_.state = transferred;
    far_ = producer;
    return producer;
  }

  /// Consumer's side of a step that went asynchronous in its pull. False if the item or the end came first.
  [[gnu::noinline]] bool meet_producer(continuation consumer) noexcept {
    std::uintptr_t first = slot_.exchange(consumer.bits(), std::memory_order_acq_rel);
    if (first == nobody)
      return true;
    slot_.store(first == end_came_first ? 0 : first, std::memory_order_relaxed);
    flags_.state = first == end_came_first ? ended : prediction();
    return false;
  }

  /// Between two steps that are asynchronous a pull does nothing, and a child that produces the next item is
  /// known to the root's delegation.
  void let_pull_do_nothing() noexcept {
    if (flags_.delegating)
      delegation()->leaf_ = &far_.promise();
    far_ = nothing();
  }
  unsigned char prediction() const noexcept {
    return flags_.delegating ? predicts_async_child : predicts_async;
  }

#ifndef NDEBUG
  void set_step(unsigned char step) noexcept { flags_.step = step; }
#else
  void set_step(unsigned char) noexcept {}
#endif

  /// A child starts to deliver in place of its parent.
  void begin_delivering() noexcept {
    assert_idle();
    flags_.state = delivers_for_parent;
  }

  /// Makes another producer go on, where the present one has suspended, on a stack that does not grow with
  /// the number of children: in an inline step that is up to the pull.
  void hand_over(handle to) noexcept {
    far_ = to;
    if (flags_.state == predicts_ready) [[likely]]
      flags_.state = hands_over; // returns to pull()
    else
      flat_resume::run(continuation(to));
  }

  /// The producer is about to suspend, and may be resumed by another thread. Written once per step only,
  /// since the consumer may read it from then on.
  void note_suspension() noexcept {
    generator_promise &stepped = root();
    if (stepped.flags_.state == predicts_ready) {
      stepped.slot_.store(nobody, std::memory_order_relaxed);
      stepped.flags_.state = went_async;
    } else if (stepped.flags_.state == transferred) {
      stepped.flags_.state = transferred | went_async;
    }
  }

  /// Producer's side, at an item. In an inline step all the rest is up to the pull that this returns to.
  static void deliver(handle producer, item_type *item) noexcept {
    coroutine_suspended();
    generator_promise &stepped = producer.promise().root();
    if (stepped.flags_.state == predicts_ready) [[likely]]
      stepped.slot_.store(reinterpret_cast<std::uintptr_t>(item), std::memory_order_relaxed);
    else if (stepped.stands_alone(transferred | went_async))
      deliver_again(handle::from_promise(stepped), item);
    else
      meet(producer, item);
  }

  /// The same in a streak of items that are asynchronous, without a child.
  [[gnu::noinline]] static void deliver_again(handle to, item_type *item) noexcept {
    generator_promise &stepped = to.promise();
    const std::uintptr_t consumer = stepped.slot_.load(std::memory_order_relaxed);
    stepped.far_ = nothing();
    stepped.flags_.state = predicts_async;
    stepped.slot_.store(reinterpret_cast<std::uintptr_t>(item), std::memory_order_relaxed);
    flat_resume::run(continuation::from_bits(consumer));
  }

  /// Producer's side, at the end of the body.
  [[gnu::noinline]] static void finish(handle producer) noexcept {
    generator_promise &promise = producer.promise();
    if (promise.attachments_ && !promise.flags_.failed) [[unlikely]]
      promise.clean_up();
    else if (promise.flags_.state == delivers_for_parent) [[likely]]
      promise.end_for_parent();
    else
      meet(producer, nullptr);
  }

  /// Runs the registered cleanups, then ends. Counts as a suspension, since it may be one.
  [[gnu::noinline]] void clean_up() noexcept {
    note_suspension();
    auto finished = [](cleanup_run &run) noexcept {
      auto &promise = *static_cast<generator_promise *>(run.owner);
      std::exception_ptr failure = std::move(run.failure);
      cleanup_promise::destroy_all(promise.attachments_);
      if (failure)
        promise.fail(std::move(failure));
      finish(handle::from_promise(promise));
      return std::coroutine_handle<>(std::noop_coroutine());
    };
    static_cast<cleanup_promise *>(attachments_)->start_run(finished, this).resume();
  }

  void end_for_parent() noexcept {
    auto *delegation = parents_delegation();
    generator_promise &root = far_.promise();
    flags_.state = ended;
    delegation->detach();
    root.hand_over(delegation->parent_);
  }

  /// Whether this is in a state, without a child or an exception: seen at once.
  bool stands_alone(unsigned char state) const noexcept {
    flags expected;
    expected.state = state;
#ifndef NDEBUG
    expected.step = flags_.step;
#endif
    return std::bit_cast<std::uint32_t>(flags_) == std::bit_cast<std::uint32_t>(expected);
  }

  /// From now on a step says end.
  void say_end() noexcept {
    slot_.store(0, std::memory_order_relaxed);
    far_ = nothing();
    flags_.state = ended;
  }

  /// Producer's side, at an item or the end of a step that is asynchronous. Nothing of ours may be touched
  /// after this: the consumer may be running.
  [[gnu::noinline]] static void meet(handle producer, item_type *item) noexcept {
    generator_promise &stepped = producer.promise().root();
    const auto delivered = reinterpret_cast<std::uintptr_t>(item);
    const unsigned char state = stepped.flags_.state;
    std::uintptr_t consumer;
    if (state == (transferred | went_async) && item) [[likely]] {
      consumer = stepped.slot_.load(std::memory_order_relaxed);
      stepped.let_pull_do_nothing();
      stepped.flags_.state = stepped.prediction();
    } else if (state & transferred) {
      consumer = stepped.slot_.load(std::memory_order_relaxed);
      if (item)
        stepped.flags_.state = predicts_ready;
      else
        stepped.say_end();
    } else if (state == predicts_ready) { // an exception ends an inline step
      stepped.say_end();
      return; // to pull()
    } else {
      stepped.let_pull_do_nothing();
      consumer = stepped.slot_.exchange(item ? delivered : end_came_first, std::memory_order_acq_rel);
      if (consumer == nobody)
        return;
      stepped.flags_.state = item ? stepped.prediction() : ended;
    }
    stepped.slot_.store(delivered, std::memory_order_relaxed);
    flat_resume::run(continuation::from_bits(consumer));
  }

  [[gnu::cold, gnu::noinline]] void release() noexcept {
    if (flags_.failed)
      exception_.~exception_ptr();
    else
      cleanup_promise::destroy_all(attachments_);
  }
  [[gnu::cold]] void fail(std::exception_ptr exception) noexcept {
    ::new (&exception_) std::exception_ptr(std::move(exception));
    flags_.failed = true;
  }
  void rethrow_failure() {
    if (flags_.failed) [[unlikely]]
      rethrow();
  }
  [[noreturn, gnu::cold, gnu::noinline]] void rethrow() {
    std::exception_ptr exception = std::move(exception_);
    exception_.~exception_ptr();
    attachments_ = nullptr;
    flags_.failed = false;
    std::rethrow_exception(std::move(exception));
  }

  // The item, or null at the end; in a step that went asynchronous, whoever came first to meet the other: the
  // waiting consumer or the item. In a child, its parent's delegating_awaiter.
  std::atomic<std::uintptr_t> slot_ = 0;
  const std::stop_token *stop_ = nullptr;
  // In a generator that is stepped: what a pull resumes, which is the innermost producer, and this one itself
  // when it runs. In a child: the generator that is stepped.
  handle far_ = handle::from_promise(*this);
  union {
    attachment *attachments_;      // until the body has ended
    std::exception_ptr exception_; // afterwards, if `flags_.failed`
  };
  struct flags {
    unsigned char state = predicts_ready;
    bool failed = false;
    unsigned char delegating = delegates_not; // else `attachments_` is our delegating_awaiter
    unsigned char step = idle;
  } flags_;
};

/// Closes a generator: see async_generator::close().
template <class T, class Allocator> class [[nodiscard]] close_awaiter {
public:
  explicit close_awaiter(async_generator<T, Allocator> &generator) noexcept : generator_(generator) {}
  close_awaiter(const close_awaiter &) = delete;
  close_awaiter &operator=(const close_awaiter &) = delete;
  ~close_awaiter() { cleanup_promise::destroy_all(cleanups_); }

  /// The body goes first, as it does at its end: its locals may refer to what the cleanups own.
  bool await_ready() noexcept {
    cleanups_ = generator_.end_here();
    cleanup_promise::destroy_started(cleanups_);
    return !cleanups_;
  }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) noexcept {
    consumer_ = consumer;
    auto finished = [](cleanup_run &run) noexcept {
      auto &closing = *static_cast<close_awaiter *>(run.owner);
      closing.failure_ = std::move(run.failure);
      return closing.consumer_;
    };
    return static_cast<cleanup_promise *>(cleanups_)->start_run(finished, this);
  }
  void await_resume() {
    cleanup_promise::destroy_all(cleanups_);
    if (failure_)
      std::rethrow_exception(std::move(failure_));
  }

private:
  async_generator<T, Allocator> &generator_;
  std::coroutine_handle<> consumer_;
  attachment *cleanups_ = nullptr;
  std::exception_ptr failure_;
};

} // namespace detail

/// A single-pass stream of `T` produced by a coroutine, which runs only while a step is pending.
///
/// Items. For an object type `T` the consumer gets an lvalue that it may change or move from: a yielded
/// rvalue itself, or a copy of a yielded lvalue. For a reference type the consumer gets what was yielded,
/// never a copy. An item is valid until the next step starts or the generator is destroyed or closed.
///
/// Steps. At most one step may be pending. A step after the end says end again. An exception that leaves the
/// body is thrown by the step that ran into it; after that the stream is at its end.
///
/// Cancellation. The body waits with the stop token of the consumer whose step it serves, which may be
/// another one at each step. A wait that is stopped throws `operation_cancelled` in the body.
///
/// Lifetime. Owns its frame: destroying the generator destroys the coroutine where it stands and runs the
/// destructors of its locals, but no registered cleanup, which needs to be awaited: `co_await g.close()`. It
/// must not be destroyed, closed or assigned to while a step is pending, except with the consumer's own
/// frame. If the consumer alone is destroyed while it waits for a step, the generator is only good for
/// destroying or closing, and that has to be done before whatever the body waits for is there. Parameters are
/// part of the frame; what they refer to must outlive the generator.
///
/// Overlapping steps, destruction during a step and steps after an abandoned one are asserted unless NDEBUG
/// is defined. Define it in all translation units or in none.
///
/// Threads. Not thread-safe, but each step may be started from, and complete on, another thread.
///
/// Calling the coroutine throws what `Allocator` throws when there is no memory for the frame: one allocation
/// for the generator at most, none per item.
///
/// \tparam T an object type without cv-qualifiers, or a reference type.
/// \tparam Allocator where the frame lives: see detail/frame.h.
template <class T, class Allocator> class [[nodiscard]] ASYNCITER_CORO_TYPE async_generator {
  static_assert(std::is_reference_v<T> || (std::is_object_v<T> && std::same_as<T, std::remove_cv_t<T>>),
                "an item is an object without cv-qualifiers or a reference");

public:
  using promise_type = detail::generator_promise<T, Allocator>;
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
      assert(!coroutine_.promise().is_step_pending() && "a stream was destroyed while a step is pending");
      assert(!coroutine_.promise().is_delivering() && "a stream was destroyed while it delivers for another");
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

  /// `co_await g.close()` leaves the stream early: destroys the body where it stands, runs the cleanup that
  /// it registered (`on_exit`), newest first, and leaves a stream that is at its end. Python's `aclose()`.
  /// Needed only by generators that register cleanup, harmless for others, after the end, and before the
  /// first step. Generators that this one has given its place to are closed with it (`elements_of`).
  /// Iterators become invalid. Must not be called while a step is pending.
  ///
  /// Needs memory for the coroutine that is put in place of the body. If there is none, the generator is left
  /// without a coroutine (`valid()`); all else happens nevertheless.
  /// \throws (on co_await) the first exception of a cleanup; all of them have run nevertheless.
  [[nodiscard]] auto close() noexcept { return detail::close_awaiter<T, Allocator>(*this); }

  /// Where its items come from: for adaptors, see detail/source.h. Requires `valid()`.
  [[nodiscard]] auto source() noexcept {
    assert(coroutine_ && "a generator without a coroutine was stepped");
    return generator_source(coroutine_);
  }

private:
  friend promise_type;
  friend detail::close_awaiter<T, Allocator>;

  /// The promise as a source that can be copied.
  class generator_source {
  public:
    using item_type = std::remove_reference_t<T>;
    explicit generator_source(std::coroutine_handle<promise_type> producer) noexcept : producer_(producer) {}
    void use_stop_token(const std::stop_token *stop) noexcept { producer_.promise().use_stop_token(stop); }
    void begin_step() noexcept { producer_.promise().begin_step(); }
    bool pull() noexcept {
      producer_.promise().pull();
      if (producer_.promise().is_over()) [[likely]]
        return true;
      return promise_type::pull_on(producer_);
    }
    bool wait(detail::continuation consumer) noexcept { return producer_.promise().wait(consumer); }
    std::coroutine_handle<> transfer(std::coroutine_handle<> consumer) noexcept {
      return producer_.promise().transfer(consumer);
    }
    item_type *take() { return producer_.promise().take(); }
    void abandon() noexcept { producer_.promise().abandon(); }

  private:
    std::coroutine_handle<promise_type> producer_;
  };

  explicit async_generator(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  template <class Result> auto step(Result result) noexcept {
    return detail::step_awaiter<generator_source, Result>(source(), result);
  }

  static async_generator nothing(std::allocator_arg_t, Allocator) { co_return; }

  /// Destroys the body where it stands, puts one in its place that has ended, and gives what is to be cleaned
  /// up.
  detail::attachment *end_here() noexcept {
    if (!coroutine_)
      return nullptr;
    assert(!coroutine_.promise().is_step_pending() && "a stream was closed while a step is pending");
    assert(!coroutine_.promise().is_delivering() && "a stream was closed while it delivers for another one");
    detail::attachment *cleanups = coroutine_.promise().end_early();
    if (coroutine_.done())
      return cleanups;
    async_generator rest;
    try {
      rest = nothing(std::allocator_arg, coroutine_.promise().allocator());
      rest.source().pull();
    } catch (...) { // no memory for it
    }
    swap(rest);
    return cleanups;
  }

  std::coroutine_handle<promise_type> coroutine_;
};

/// The position of an async_generator as an iterator. Refers to the generator's frame, which must outlive it.
template <class T, class Allocator> class async_generator<T, Allocator>::iterator {
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
    return detail::step_awaiter<generator_source, decltype(result)>(generator_source(coroutine_), result);
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

template <class T, class Allocator>
async_generator<T, Allocator> generator_promise<T, Allocator>::get_return_object() noexcept {
  return generator(handle::from_promise(*this));
}

/// Delivers the items of another stream, or of a sync range.
template <class Generator, class T, class S, class Allocator>
Generator relay(std::allocator_arg_t, Allocator, S &&items ASYNCITER_LIFETIMEBOUND) {
  if constexpr (stream<S>) {
    while (auto item = co_await items.next())
      if constexpr (std::is_reference_v<T>)
        co_yield static_cast<T>(*item);
      else
        co_yield static_cast<T>(std::move(*item));
  } else {
    static_assert(std::ranges::input_range<S>, "asynciter: elements_of needs a stream or a sync range");
    for (auto &&item : items)
      co_yield static_cast<T>(std::forward<decltype(item)>(item));
  }
}

/// The same for a stream that was given away and may have to be closed.
template <class Generator, class T, class S, class Allocator>
Generator relay_closing(std::allocator_arg_t, Allocator allocator, S &&items ASYNCITER_LIFETIMEBOUND) {
  auto &owned = co_await on_exit([](S &stream) { return stream.close(); }, std::move(items));
  co_yield elements_of(relay<Generator, T, S &>(std::allocator_arg, allocator, owned));
}

template <class T, class Allocator>
template <class S>
  requires std::is_reference_v<S>
auto generator_promise<T, Allocator>::yield_value(elements_of<S> other) -> relaying_awaiter {
  constexpr bool to_close = !std::is_lvalue_reference_v<S> &&
                            std::move_constructible<std::remove_reference_t<S>> &&
                            wants_close<std::remove_reference_t<S>>;
  if constexpr (to_close)
    return relaying_awaiter(relay_closing<generator, T, std::remove_reference_t<S>>(
        std::allocator_arg, allocator(), std::forward<S>(other.items)));
  else
    return relaying_awaiter(
        relay<generator, T, S>(std::allocator_arg, allocator(), std::forward<S>(other.items)));
}

} // namespace detail

} // namespace asynciter
