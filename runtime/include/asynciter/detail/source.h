// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a step runs, for those who write streams and adaptors.
//
// A *source* is where items come from. Its step has two parts, so that an item that is ready costs a call and
// a return, and suspends nobody:
//
//     void use_stop_token(const std::stop_token *)  says on whose behalf the next steps are made
//     void begin_step()       starts a step
//     bool pull()             runs the producer; true when the step is over, else `wait` must follow
//     bool wait(continuation) after `pull` said false: true if the continuation will be called, false if the
//                             step is over meanwhile
//     handle transfer(handle) where there is one, it stands in for `wait` if a coroutine waits: gives whom to
//                             go on with in its place, which is itself if the step is over meanwhile
//     item_type *take()       the step's result, null at the end; throws what the producer threw
//     void abandon()          instead of `take`: nobody is interested any more
//
// `pull` and `take` are called by a consumer that is not suspended; the continuation may run on any thread.
#pragma once

#include "asynciter/detail/awaiter.h"
#include "asynciter/detail/tracking.h"

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter::detail {

/// What runs when a step is over that took its time, in place of a coroutine.
struct resumable {
  void (*resume)(resumable *) noexcept = nullptr;
};

/// Who waits for a step: a suspended coroutine or a `resumable`.
class continuation {
public:
  continuation(std::coroutine_handle<> coroutine) noexcept
      : bits_(reinterpret_cast<std::uintptr_t>(coroutine.address())) {}
  continuation(resumable *other) noexcept : bits_(reinterpret_cast<std::uintptr_t>(other) | 1) {}

  /// Frames and resumables are aligned to more than two bytes, so the lowest bit is free to tell them apart.
  static continuation from_bits(std::uintptr_t bits) noexcept { return continuation(bits); }
  std::uintptr_t bits() const noexcept { return bits_; }

  void resume() const noexcept {
    if (bits_ & 1) {
      auto *waiting = reinterpret_cast<resumable *>(bits_ - 1);
      waiting->resume(waiting);
    } else {
      std::coroutine_handle<>::from_address(reinterpret_cast<void *>(bits_)).resume();
    }
  }

private:
  explicit continuation(std::uintptr_t bits) noexcept : bits_(bits) {}
  std::uintptr_t bits_;
};

template <class S>
concept source =
    std::move_constructible<S> && requires(S &s, const std::stop_token *stop, continuation waiting) {
      s.use_stop_token(stop);
      s.begin_step();
      { s.pull() } -> std::same_as<bool>;
      { s.wait(waiting) } noexcept -> std::same_as<bool>;
      { s.take() } -> std::same_as<typename S::item_type *>;
      s.abandon();
    };

/// A stream that wants to be told when nobody reads on.
template <class S>
concept wants_close = requires(S &s) {
  { s.close() } -> awaitable;
} && !requires { typename S::nothing_to_close; };

template <class> inline constexpr bool was_awaited = false;

/// What a step that was not awaited yet is asked for by mistake: by a plain `for` loop over a stream, or
/// where a `co_await` was forgotten. Says so in one sentence.
template <class Item> struct unawaited_step {
  template <class Reader = void> Item &operator*() const { return say<Item &, Reader>(); }
  template <class Reader = void> Item &operator++() const { return say<Item &, Reader>(); }
  template <class End> bool operator!=(const End &) const { return say<bool, End>(); }
  template <std::same_as<bool> Reader> explicit operator Reader() const { return say<bool, Reader>(); }

private:
  template <class Result, class Reader> static Result say() {
    static_assert(was_awaited<Reader>,
                  "asynciter: an async stream is stepped with co_await, in a coroutine: while (auto item = "
                  "co_await s.next())");
    std::terminate();
  }
};

/// Awaits one step; `Result` says in which form it gives the item.
template <source Source, class Result>
class [[nodiscard]] step_awaiter : public unawaited_step<typename Source::item_type> {
public:
  explicit step_awaiter(Source source, Result result, const std::stop_token *stop = nullptr) noexcept
      : source_(source), result_(result) {
    source_.use_stop_token(stop);
  }
  step_awaiter(const step_awaiter &) = delete;
  step_awaiter &operator=(const step_awaiter &) = delete;

#ifndef NDEBUG
  ~step_awaiter() { // a consumer destroyed during its step no longer waits
    if (pending_)
      source_.abandon();
  }
#endif

  void take_stop_token(const std::stop_token *stop) noexcept { source_.use_stop_token(stop); }

  /// The same step, which must not have begun, with a stop token.
  step_awaiter with_stop_token(const std::stop_token *stop) const noexcept {
    return step_awaiter(source_, result_, stop);
  }

  bool await_ready() {
    source_.begin_step();
#ifndef NDEBUG
    pending_ = true;
#endif
    return source_.pull();
  }
  auto await_suspend(std::coroutine_handle<> consumer) noexcept {
    if constexpr (requires { source_.transfer(consumer); })
      return source_.transfer(consumer);
    else
      return source_.wait(consumer);
  }
  decltype(auto) await_resume() {
#ifndef NDEBUG
    pending_ = false;
#endif
    return result_(source_.take());
  }

private:
  [[no_unique_address]] Source source_;
  [[no_unique_address]] Result result_;
#ifndef NDEBUG
  bool pending_ = false;
#endif
};

/// Awaits as many steps as a consumer wants. The loop runs inside of the co_await: however many items are
/// ready, the awaiting coroutine is suspended at most once for each streak of items that are not.
///
/// `Consumer` is called with each item, or null at the end, and says whether it wants no more; it does for
/// null. Its `result()` is the result of the co_await. What the source or the consumer throws, the co_await
/// throws.
template <source Source, class Consumer> class [[nodiscard]] step_loop : resumable {
public:
  step_loop(Source source, Consumer consumer) : source_(std::move(source)), consumer_(std::move(consumer)) {
    source_.use_stop_token(nullptr);
  }
  step_loop(const step_loop &) = delete;
  step_loop &operator=(const step_loop &) = delete;

#ifndef NDEBUG
  ~step_loop() {
    if (pending_)
      source_.abandon();
  }
#endif

  void take_stop_token(const std::stop_token *stop) noexcept { source_.use_stop_token(stop); }

  bool await_ready() { return run(); }

  bool await_suspend(std::coroutine_handle<> consumer) noexcept {
    waiting_ = consumer;
    resume = [](resumable *self) noexcept {
      auto &loop = *static_cast<step_loop *>(self);
      if (loop.run_after_wait() || !loop.wait())
        loop.waiting_.resume();
    };
    return wait();
  }

  decltype(auto) await_resume() {
    if (failure_) [[unlikely]]
      std::rethrow_exception(std::move(failure_));
    return consumer_.result();
  }

private:
  /// True when the consumer wants no more. Works on copies where those fit into registers.
  bool run() {
    constexpr bool small = std::is_trivially_copyable_v<Consumer> && sizeof(Consumer) <= 4 * sizeof(void *) &&
                           std::is_trivially_copyable_v<Source> && sizeof(Source) <= sizeof(void *);
    if constexpr (small) {
      Source source = source_;
      Consumer consumer = consumer_;
      bool done = run(source, consumer);
      std::construct_at(std::addressof(consumer_), consumer); // a closure cannot be assigned to
      return done;
    } else {
      return run(source_, consumer_);
    }
  }

  bool run(Source &source, Consumer &consumer) {
    do {
      source.begin_step();
      set_pending(true);
      if (!source.pull())
        return false;
      set_pending(false);
    } while (!consumer(source.take()));
    return true;
  }

  bool run_after_wait() noexcept {
    const counts_as_coroutine calls;
    try {
      set_pending(false);
      return consumer_(source_.take()) || run();
    } catch (...) {
      failure_ = std::current_exception();
      return true;
    }
  }

  /// False when the consumer wants no more.
  bool wait() noexcept {
    while (!source_.wait(static_cast<resumable *>(this)))
      if (run_after_wait())
        return false;
    return true;
  }

#ifndef NDEBUG
  void set_pending(bool pending) noexcept { pending_ = pending; }
  bool pending_ = false;
#else
  void set_pending(bool) noexcept {}
#endif

  Source source_;
  Consumer consumer_;
  std::coroutine_handle<> waiting_;
  std::exception_ptr failure_;
};

} // namespace asynciter::detail
