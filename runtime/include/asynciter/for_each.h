// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `async for`: the loop over a stream that cannot be got wrong.
//
//     co_await for_each(lines(socket), [&](std::string &line) { handle(line); });
//
// No step goes untested, nothing is read past the end, and the stream is closed, with its registered cleanup
// awaited, on every way out: at the end, when the body stops, when it or the stream throws, when the loop is
// cancelled. What `async for` inside of `async with aclosing(...)` does in Python.
//
// The body is called with each item. It may be a coroutine, which is awaited before the next step, and it may
// say that it has had enough:
//
//     co_await for_each(rows(), [&](row &r) -> task<loop> {
//       co_await store(r);
//       co_return r.last ? loop::stop : loop::next;
//     });
//
// Where `break`, `continue` and `co_return` are wanted, there is a loop statement:
//
//     ASYNCITER_FOR(auto &line, lines(socket)) {
//       if (line.empty())
//         break;
//       handle(line);
//     }
//
// A C++ compiler gives a statement no way to await something on `co_return` and on an exception: those leave
// the stream to its destructor, which runs no awaited cleanup. `for_each` and `closing` do it right.
//
// Any shape of stream will do that `as_stream` knows (interop.h). A stream that is passed as an lvalue is
// closed too: to read only a part of it and go on later, step it by hand or pass `take(stream, n)`.
//
// Lifetime: the loop owns an rvalue, and the body, which may be a lambda that captures and is a coroutine. An
// lvalue must live until the loop is over. An item is valid while the body has it.
//
// Cost: a task, and per item what the stream's own step costs; with a body that is no coroutine, the fast
// path of detail::step_loop.
#pragma once

#include "asynciter/detail/source.h"
#include "asynciter/interop.h"
#include "asynciter/protocol.h"
#include "asynciter/task.h"

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

namespace asynciter {

/// What the body of a `for_each` may return, or its task give: whether the loop goes on.
enum class loop : bool { stop, next };

namespace detail {

/// A stream that wants to be closed when it is left early.
template <class S>
concept closable = requires(S &stream) {
  { stream.close() } -> awaitable;
};

template <class S>
concept has_source = requires(S &stream) {
  { stream.source() } -> source;
};

/// A sync range where a stream is needed. A stream is no such thing, though it has a `begin` too.
template <class S>
concept sync_range = std::ranges::range<S>;

/// Awaits `use(stream)` and then closes the stream, whatever came of it.
template <class S, class Use> task<> use_and_close(S &stream ASYNCITER_LIFETIMEBOUND, Use use) {
  std::exception_ptr failure;
  try {
    co_await use(stream);
  } catch (...) {
    failure = std::current_exception();
  }
  if constexpr (closable<S>) {
    if (!failure) {
      co_await stream.close();
      co_return;
    }
    try {
      co_await stream.close();
    } catch (...) { // what happened first is what is reported
    }
  }
  if (failure)
    std::rethrow_exception(std::move(failure));
}

/// Whether a body that was called wants the next item.
template <class Result> bool goes_on(Result result) noexcept { return result == loop::next; }

/// Calls a body that is no coroutine, as a consumer of detail::step_loop.
template <class Body, class Item> struct calling_consumer {
  bool operator()(Item *item) {
    if (!item)
      return true;
    if constexpr (std::is_void_v<std::invoke_result_t<Body &, Item &>>) {
      std::invoke(*body, *item);
      return false;
    } else {
      return !goes_on(std::invoke(*body, *item));
    }
  }
  void result() const noexcept {}
  Body *body;
};

template <class S>
using item_reference_t = decltype(*std::declval<await_result_t<decltype(std::declval<S &>().next())> &>());

/// The steps of a for_each over something that has a `next()`.
template <class S, class Body>
task<> step_through(S &stream ASYNCITER_LIFETIMEBOUND, Body &body ASYNCITER_LIFETIMEBOUND) {
  using result = std::invoke_result_t<Body &, item_reference_t<S>>;
  if constexpr (awaitable<result>) {
    while (auto item = co_await stream.next()) {
      if constexpr (std::is_void_v<await_result_t<result>>)
        co_await std::invoke(body, *item);
      else if (!goes_on(co_await std::invoke(body, *item)))
        break;
    }
  } else if constexpr (has_source<S>) {
    using item_type = typename decltype(stream.source())::item_type;
    co_await step_loop(stream.source(), calling_consumer<Body, item_type>{std::addressof(body)});
  } else {
    while (auto item = co_await stream.next()) {
      if constexpr (std::is_void_v<result>)
        std::invoke(body, *item);
      else if (!goes_on(std::invoke(body, *item)))
        break;
    }
  }
}

/// \tparam S a reference type for a stream that is borrowed.
template <class S, class Body> task<> for_each_in(S stream, Body body) {
  auto steps = [&body](auto &with_next) { return step_through(with_next, body); };
  co_await use_and_close(stream, steps);
}

template <class S, class F> task<> use_closing(S stream, F use) {
  co_await use_and_close(stream, std::ref(use));
}

/// The state of an ASYNCITER_FOR. \tparam S a reference type for a stream that is borrowed.
template <class S> class [[nodiscard]] loop_statement {
public:
  explicit loop_statement(S &&stream) : stream_(std::forward<S>(stream)) {}

  /// True once.
  bool enter() noexcept { return !std::exchange(entered_, true); }
  [[nodiscard]] auto next() { return stream_.next(); }
  [[nodiscard]] auto leave() {
    if constexpr (closable<S>)
      return stream_.close();
    else
      return std::suspend_never();
  }

private:
  S stream_;
  bool entered_ = false;
};

} // namespace detail

/// `co_await for_each(stream, body)` calls `body(item)` with each item, in order, and closes the stream.
///
/// \param stream anything that `as_stream` takes; an rvalue is owned by the task, an lvalue must live until
/// it is over.
/// \param body called with an lvalue of the item, as the stream hands it out; it may return `void`, `loop`,
/// or an awaitable of one of them.
/// \throws (on co_await) what the stream or the body threw, after the stream was closed.
template <class S, class Body> [[nodiscard]] ASYNCITER_CORO_WRAPPER task<> for_each(S &&stream, Body body) {
  static_assert(!detail::sync_range<S>,
                "asynciter: for_each needs an async stream, and this is a sync range: lift it with "
                "asynciter::async_stream(range)");
  if constexpr (!detail::sync_range<S>) {
    if constexpr (asynciter::stream<S>)
      return detail::for_each_in<S, Body>(std::forward<S>(stream), std::move(body));
    else
      return detail::for_each_in<decltype(as_stream(std::forward<S>(stream))), Body>(
          as_stream(std::forward<S>(stream)), std::move(body));
  }
}

/// `co_await closing(stream, use)` awaits `use(stream)` and then closes the stream, whatever came of it: for
/// consumers that step by hand. Python's `aclosing`.
///
/// \param stream an rvalue is owned by the task, an lvalue must live until it is over.
/// \param use called with an lvalue of the stream; what it returns is awaited, and gives nothing.
/// \throws (on co_await) what `use` threw, after the stream was closed, else what closing threw.
template <class S, class F>
  requires awaitable<std::invoke_result_t<F &, std::remove_reference_t<S> &>>
[[nodiscard]] ASYNCITER_CORO_WRAPPER task<> closing(S &&stream, F use) {
  return detail::use_closing<S, F>(std::forward<S>(stream), std::move(use));
}

namespace detail {

template <class S> auto start_loop(S &&stream) {
  static_assert(!sync_range<S>,
                "asynciter: ASYNCITER_FOR needs an async stream, and this is a sync range: lift it with "
                "asynciter::async_stream(range)");
  if constexpr (!sync_range<S>) {
    if constexpr (asynciter::stream<S>)
      return loop_statement<S>(std::forward<S>(stream));
    else
      return loop_statement<decltype(as_stream(std::forward<S>(stream)))>(as_stream(std::forward<S>(stream)));
  }
}

} // namespace detail
} // namespace asynciter

#define ASYNCITER_DETAIL_JOIN_(a, b) a##b
#define ASYNCITER_DETAIL_JOIN(a, b) ASYNCITER_DETAIL_JOIN_(a, b)
#define ASYNCITER_DETAIL_UNWRAP(...) __VA_ARGS__
#define ASYNCITER_DETAIL_FOR(loop_, step_, item, stream)                                                     \
  for (auto loop_ = ::asynciter::detail::start_loop(stream); loop_.enter(); co_await loop_.leave())          \
    while (auto step_ = co_await loop_.next())                                                               \
      if (ASYNCITER_DETAIL_UNWRAP item = *step_; false) {                                                    \
      } else
#define ASYNCITER_DETAIL_NUMBERED_FOR(number, item, stream)                                                  \
  ASYNCITER_DETAIL_FOR(ASYNCITER_DETAIL_JOIN(asynciter_loop_, number),                                       \
                       ASYNCITER_DETAIL_JOIN(asynciter_step_, number), item, stream)

// The last of up to nine arguments is the stream; those before it are the declaration, cut at its commas.
#define ASYNCITER_DETAIL_FOR_2(n, a, stream) ASYNCITER_DETAIL_NUMBERED_FOR(n, (a), stream)
#define ASYNCITER_DETAIL_FOR_3(n, a, b, stream) ASYNCITER_DETAIL_NUMBERED_FOR(n, (a, b), stream)
#define ASYNCITER_DETAIL_FOR_4(n, a, b, c, stream) ASYNCITER_DETAIL_NUMBERED_FOR(n, (a, b, c), stream)
#define ASYNCITER_DETAIL_FOR_5(n, a, b, c, d, stream) ASYNCITER_DETAIL_NUMBERED_FOR(n, (a, b, c, d), stream)
#define ASYNCITER_DETAIL_FOR_6(n, a, b, c, d, e, stream)                                                     \
  ASYNCITER_DETAIL_NUMBERED_FOR(n, (a, b, c, d, e), stream)
#define ASYNCITER_DETAIL_FOR_7(n, a, b, c, d, e, f, stream)                                                  \
  ASYNCITER_DETAIL_NUMBERED_FOR(n, (a, b, c, d, e, f), stream)
#define ASYNCITER_DETAIL_FOR_8(n, a, b, c, d, e, f, g, stream)                                               \
  ASYNCITER_DETAIL_NUMBERED_FOR(n, (a, b, c, d, e, f, g), stream)
#define ASYNCITER_DETAIL_FOR_9(n, a, b, c, d, e, f, g, h, stream)                                            \
  ASYNCITER_DETAIL_NUMBERED_FOR(n, (a, b, c, d, e, f, g, h), stream)
#define ASYNCITER_DETAIL_COUNT(a, b, c, d, e, f, g, h, i, count, ...) count
#define ASYNCITER_DETAIL_FOR_BY_COUNT(...)                                                                   \
  ASYNCITER_DETAIL_JOIN(ASYNCITER_DETAIL_FOR_,                                                               \
                        ASYNCITER_DETAIL_COUNT(__VA_ARGS__, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0))

/// `ASYNCITER_FOR(auto &item, stream) statement` runs the statement for each item, and closes the stream at
/// the end and on `break`; not on `co_return`, `goto` and exceptions: see the top of this header. The
/// declaration may be a structured binding, `auto &[key, value]`. A comma in the stream has to be inside of
/// parentheses.
#define ASYNCITER_FOR(...) ASYNCITER_DETAIL_FOR_BY_COUNT(__VA_ARGS__)(__COUNTER__, __VA_ARGS__)
