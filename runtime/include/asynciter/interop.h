// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streams of other libraries, and of one's own, as streams of this one.
//
// There are a handful of ways to spell an async stream. `as_stream(s)` takes them all and gives an object
// with a `next()`:
//
//     auto rows = as_stream(query(database)); // a QCoro::AsyncGenerator, say
//     while (auto row = co_await rows.next())
//       use(*row);
//
// What decides is the shape, not the library:
//
//  - `co_await s.next()` gives something optional-like: ours, folly's; it is used as it is;
//  - `co_await s.begin()`, `co_await ++it`, `s.end()`: cppcoro's, QCoro's;
//  - `co_await s()` gives something optional-like, also of references: Seastar's;
//  - `while (s) co_await s`: Boost.Cobalt's.
//
// Asio's `experimental::coro` comes with interop_asio.h. For a shape of your own specialise `stream_adapter`.
//
// When not: a stream that can only be awaited in the coroutines of its own library (folly's need an executor,
// Cobalt's one of its threads) is rejected here or does what that library says. Then drive it with that
// library and hand the items over through a channel.
//
// Lifetime. `as_stream` borrows an lvalue, which must outlive the result, and owns an rvalue. An item lives
// where the stream has it: until the next step, or in the step itself if the stream delivers values.
//
// After the end, and after an exception, the result says end again, whatever the stream itself would do.
//
// Cancellation. Other libraries do not know our stop token: a step is stopped if what it waits for in the end
// is an awaiter that does. Between the steps nothing is checked.
//
// Cost. No allocation and no coroutine: a step awaits the stream's own awaiter in the same frame.
#pragma once

#include "asynciter/config.h"
#include "asynciter/detail/awaiter.h"
#include "asynciter/protocol.h"
#include "asynciter/task.h"

#include <concepts>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

/// Awaitable in our coroutines, which `awaitable` alone does not promise: some awaiters accept only the
/// coroutines of their own library.
template <class A>
concept awaitable_in_tasks =
    awaitable<A> &&
    requires(std::remove_reference_t<decltype(get_awaiter(std::declval<A>()))> &awaiter,
             std::coroutine_handle<task<>::promise_type> waiting) { awaiter.await_suspend(waiting); };

template <class A>
concept gives_step = awaitable_in_tasks<A> && step<std::remove_reference_t<await_result_t<A>>>;

/// `co_await s.begin()`, `co_await ++it`, `s.end()`.
template <class S>
concept iterator_stream = !stream<S> && async_iterable<S> && requires(S &s) {
  { s.begin() } -> awaitable_in_tasks;
  { ++std::declval<std::remove_cvref_t<await_result_t<decltype(s.begin())>> &>() } -> awaitable_in_tasks;
};

/// `co_await s()`.
template <class S>
concept callable_stream = !stream<S> && !async_iterable<S> && requires(S &s) {
  { s() } -> gives_step;
  requires std::default_initializable<std::remove_cvref_t<await_result_t<decltype(s())>>>;
};

/// `while (s) co_await s`.
template <class S>
concept flag_stream =
    !stream<S> && !async_iterable<S> && !callable_stream<S> && std::constructible_from<bool, S &> &&
    awaitable_in_tasks<S &> && (!std::is_void_v<await_result_t<S &>>);

/// A stream that is referred to (`S` is an lvalue reference) or owned.
template <class S> class kept_stream {
public:
  explicit kept_stream(S &&stream) : stream_(std::move(stream)) {}
  S &get() noexcept { return stream_; }

private:
  S stream_;
};
template <class S> class kept_stream<S &> {
public:
  explicit kept_stream(S &stream) noexcept : stream_(std::addressof(stream)) {}
  S &get() noexcept { return *stream_; }

private:
  S *stream_;
};

/// Keeps what a co_await would: the operand, and the awaiter that it gives.
template <class Operand> class held_awaitable {
  using awaiter_type = decltype(get_awaiter(std::declval<Operand>()));

public:
  using result = await_result_t<Operand>;

  /// \param make gives the operand.
  template <class F>
  explicit held_awaitable(F make, const std::stop_token *stop)
      : operand_(make()), awaiter_(get_awaiter(static_cast<Operand &&>(operand_))) {
    if constexpr (requires { awaiter_.take_stop_token(stop); })
      awaiter_.take_stop_token(stop);
  }
  held_awaitable(const held_awaitable &) = delete;
  held_awaitable &operator=(const held_awaitable &) = delete;

  std::remove_reference_t<awaiter_type> &awaiter() noexcept { return awaiter_; }

private:
  Operand operand_;
  awaiter_type awaiter_;
};

/// How an item is handed out: a reference by its address, a value as it is.
template <class T>
using step_of = std::conditional_t<std::is_reference_v<T>, step_result<std::remove_reference_t<T>>,
                                   std::optional<std::remove_cv_t<T>>>;
template <class T> step_of<T> make_step(T &&item) {
  if constexpr (std::is_reference_v<T>)
    return step_of<T>(std::addressof(item));
  else
    return step_of<T>(std::in_place, std::forward<T>(item));
}

/// One step of a foreign stream that is a single co_await. `Stream` says whether the stream has ended, what
/// to await and what that means.
template <class Stream> class [[nodiscard]] foreign_step {
  using held = held_awaitable<decltype(std::declval<Stream &>().start())>;

public:
  explicit foreign_step(Stream &stream) noexcept : stream_(stream) {}
  foreign_step(const foreign_step &) = delete;
  foreign_step &operator=(const foreign_step &) = delete;

  void take_stop_token(const std::stop_token *stop) noexcept { stop_ = stop; }

  bool await_ready() {
    if (stream_.ended())
      return true;
    held_.emplace([this]() -> decltype(auto) { return stream_.start(); }, stop_);
    return held_->awaiter().await_ready();
  }
  template <class Promise> decltype(auto) await_suspend(std::coroutine_handle<Promise> waiting) {
    return held_->awaiter().await_suspend(waiting);
  }
  auto await_resume() {
    using result = decltype(stream_.finish(held_->awaiter().await_resume()));
    if (!held_)
      return result();
    try {
      return stream_.finish(held_->awaiter().await_resume());
    } catch (...) {
      stream_.fail();
      throw;
    }
  }

private:
  Stream &stream_;
  const std::stop_token *stop_ = nullptr;
  std::optional<held> held_;
};

template <class R> inline constexpr bool wraps_reference = false;
template <class T> inline constexpr bool wraps_reference<std::optional<std::reference_wrapper<T>>> = true;

/// Base of the streams that end by a step that says so.
class remembers_end {
public:
  bool ended() const noexcept { return ended_; }
  void fail() noexcept { ended_ = true; }

protected:
  /// Passes a step on; what it refers to is handed out instead of a reference wrapper.
  template <class R> auto note(R &&result) {
    if (!static_cast<bool>(result))
      ended_ = true;
    using given = std::remove_cvref_t<R>;
    if constexpr (wraps_reference<given>)
      return ended_ ? step_result<typename given::value_type::type>() : make_step(result->get());
    else
      return given(std::forward<R>(result));
  }

private:
  bool ended_ = false;
};

} // namespace detail

/// Makes a stream out of an `S`, an lvalue reference if it is borrowed. What `as_stream` gives for an `S`
/// that is no stream by itself; may be specialised for types of one's own: a constructor that takes an `S
/// &&`, and a `next()`.
template <class S> class stream_adapter;

/// Awaited iterators. Movable while no step is pending, as the stream is.
template <class S>
  requires detail::iterator_stream<std::remove_reference_t<S>>
class stream_adapter<S> {
  using range = std::remove_reference_t<S>;
  using begin_operand = decltype(std::declval<range &>().begin());
  using iterator = std::remove_cvref_t<await_result_t<begin_operand>>;
  using advance_operand = decltype(++std::declval<iterator &>());
  using reference = decltype(*std::declval<iterator &>());
  using result = detail::step_of<reference>;

  class [[nodiscard]] step_awaiter {
  public:
    explicit step_awaiter(stream_adapter &stream) noexcept : stream_(stream) {}
    step_awaiter(const step_awaiter &) = delete;
    step_awaiter &operator=(const step_awaiter &) = delete;

    void take_stop_token(const std::stop_token *stop) noexcept { stop_ = stop; }

    bool await_ready() {
      if (stream_.ended_)
        return true;
      if (!stream_.position_) {
        begin_.emplace([this]() -> decltype(auto) { return stream_.range_.get().begin(); }, stop_);
        return begin_->awaiter().await_ready();
      }
      advance_.emplace([this]() -> decltype(auto) { return ++*stream_.position_; }, stop_);
      return advance_->awaiter().await_ready();
    }

    template <class Promise> auto await_suspend(std::coroutine_handle<Promise> waiting) {
      using from_begin = decltype(begin_->awaiter().await_suspend(waiting));
      if constexpr (std::same_as<from_begin, decltype(advance_->awaiter().await_suspend(waiting))>)
        return begin_ ? begin_->awaiter().await_suspend(waiting) : advance_->awaiter().await_suspend(waiting);
      else
        return begin_ ? transfer(begin_->awaiter(), waiting) : transfer(advance_->awaiter(), waiting);
    }

    result await_resume() {
      if (stream_.ended_)
        return result();
      stream_.ended_ = true; // also if this throws
      if (begin_)
        stream_.position_.emplace(begin_->awaiter().await_resume());
      else
        advance_->awaiter().await_resume();
      if (*stream_.position_ == stream_.range_.get().end())
        return result();
      stream_.ended_ = false;
      return detail::make_step<reference>(**stream_.position_);
    }

  private:
    /// Either kind of `await_suspend` as one that transfers.
    template <class Awaiter, class Promise>
    static std::coroutine_handle<> transfer(Awaiter &awaiter, std::coroutine_handle<Promise> waiting) {
      using suspended = decltype(awaiter.await_suspend(waiting));
      if constexpr (std::is_void_v<suspended>) {
        awaiter.await_suspend(waiting);
        return std::noop_coroutine();
      } else if constexpr (std::same_as<suspended, bool>) {
        return awaiter.await_suspend(waiting) ? std::coroutine_handle<>(std::noop_coroutine()) : waiting;
      } else {
        return awaiter.await_suspend(waiting);
      }
    }

    stream_adapter &stream_;
    const std::stop_token *stop_ = nullptr;
    std::optional<detail::held_awaitable<begin_operand>> begin_;
    std::optional<detail::held_awaitable<advance_operand>> advance_;
  };

public:
  explicit stream_adapter(S &&range) : range_(std::forward<S>(range)) {}

  /// `co_await s.next()` gives an item, by reference if the iterator does, or the end.
  [[nodiscard]] auto next() noexcept { return step_awaiter(*this); }

private:
  detail::kept_stream<S> range_;
  std::optional<iterator> position_;
  bool ended_ = false;
};

/// Awaited calls.
template <class S>
  requires detail::callable_stream<std::remove_reference_t<S>>
class stream_adapter<S> : detail::remembers_end {
public:
  explicit stream_adapter(S &&stream) : stream_(std::forward<S>(stream)) {}

  /// `co_await s.next()` gives what the call gives, a `std::optional<std::reference_wrapper<T>>` as a
  /// `step_result<T>`.
  [[nodiscard]] auto next() noexcept { return detail::foreign_step<stream_adapter>(*this); }

private:
  friend detail::foreign_step<stream_adapter>;
  decltype(auto) start() { return stream_.get()(); }
  template <class R> auto finish(R &&result) { return note(std::forward<R>(result)); }

  detail::kept_stream<S> stream_;
};

/// An awaitable that says itself whether there is more.
template <class S>
  requires detail::flag_stream<std::remove_reference_t<S>>
class stream_adapter<S> {
public:
  explicit stream_adapter(S &&stream) : stream_(std::forward<S>(stream)) {}

  /// `co_await s.next()` gives what awaiting the stream gives, as an optional or (for a reference) as a
  /// `step_result`, or the end.
  [[nodiscard]] auto next() noexcept { return detail::foreign_step<stream_adapter>(*this); }

private:
  friend detail::foreign_step<stream_adapter>;
  bool ended() { return failed_ || !static_cast<bool>(stream_.get()); }
  auto &start() noexcept { return stream_.get(); }
  template <class T> auto finish(T &&item) { return detail::make_step<T>(std::forward<T>(item)); }
  void fail() noexcept { failed_ = true; }

  detail::kept_stream<S> stream_;
  bool failed_ = false;
};

/// A type that `as_stream` takes.
template <class S>
concept streamable =
    stream<std::remove_reference_t<S>> || requires(S &&s) { stream_adapter<S>(std::forward<S>(s)).next(); };

/// A stream of the items of `s`: `s` itself if it is a stream, else a `stream_adapter` for it. An lvalue is
/// borrowed, an rvalue is moved into the result.
template <streamable S> [[nodiscard]] ASYNCITER_CORO_WRAPPER decltype(auto) as_stream(S &&s) {
  if constexpr (!stream<std::remove_reference_t<S>>)
    return stream_adapter<S>(std::forward<S>(s));
  else if constexpr (std::is_lvalue_reference_v<S>)
    return static_cast<S &>(s);
  else
    return std::remove_cvref_t<S>(std::move(s));
}

} // namespace asynciter
