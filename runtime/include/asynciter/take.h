// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The beginning of a stream, or what comes after it.
//
//     auto page = rows | drop(100) | take(20);
//     auto header = lines | take_while([](const std::string &line) { return !line.empty(); });
//     auto unread = posts | drop_while([&](const post &p) { return p.number <= last_read; });
//     auto until_shutdown = events | take_until(shutdown);
//
// `take`, `take_while`, `drop` and `drop_while` are those of std::views. `take(n)` never steps the stream
// more than n times, so that an lvalue can be read on afterwards: `take(s, 1)`, then the rest of `s`. The
// item that ends a `take_while` is lost, as it has been read.
//
// `take_until(token)` ends the stream, without an exception, when a stop is requested of the token, also
// while a step waits. The step waits with a token that stops with the consumer's own too (stop.h); when it is
// the consumer who is stopped, the step throws `operation_cancelled` as ever. A wait that was stopped has
// usually ended the stream that it was in.
//
// What stream they take, when callables run and what their exceptions do: as with filter.h.
//
// Lifetime: an lvalue is borrowed and an rvalue owned. Cost: as with filter.h; a
// take_until costs nothing per item, and a registration for each consumer that can itself be stopped.
//
// Leaving early. A stream that is owned is closed when the result is; that a `take` has come to its end
// closes nothing by itself: use for_each, the ends of collect.h, or `co_await s.close()`.
#pragma once

#include "asynciter/detail/pipeline.h"
#include "asynciter/detail/source.h"
#include "asynciter/stop.h"
#include "asynciter/stop_scope.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

template <class Item> class take_stage : public passing_stage<Item> {
public:
  explicit take_stage(std::size_t count) noexcept : left_(count) {}
  verdict step(std::remove_reference_t<Item> &) noexcept {
    if (left_ == 0)
      return verdict::end;
    --left_;
    return verdict::deliver;
  }
  bool exhausted() const noexcept { return left_ == 0; }

private:
  std::size_t left_;
};

struct take_over {
  template <class S> auto operator()(S &&s) && {
    return fuse(std::forward<S>(s), take_stage<item_of_t<S>>(count));
  }
  std::size_t count;
};

template <class Item> class drop_stage : public passing_stage<Item> {
public:
  explicit drop_stage(std::size_t count) noexcept : left_(count) {}
  verdict step(std::remove_reference_t<Item> &) noexcept {
    if (left_ == 0) [[likely]]
      return verdict::deliver;
    --left_;
    return verdict::skip;
  }

private:
  std::size_t left_;
};

struct drop_over {
  template <class S> auto operator()(S &&s) && {
    return fuse(std::forward<S>(s), drop_stage<item_of_t<S>>(count));
  }
  std::size_t count;
};

template <class Item, class Predicate> class take_while_stage : public passing_stage<Item> {
public:
  explicit take_while_stage(Predicate predicate) : predicate_(std::move(predicate)) {}
  verdict step(std::remove_reference_t<Item> &item) {
    if (std::invoke(predicate_, item))
      return verdict::deliver;
    ended_ = true;
    return verdict::end;
  }
  bool exhausted() const noexcept { return ended_; }

private:
  [[no_unique_address]] Predicate predicate_;
  bool ended_ = false;
};

template <class S, class Predicate>
generator_of<item_of_t<S>> take_while_awaiting(S stream, Predicate predicate) {
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next()) {
    const bool taken = static_cast<bool>(co_await call(predicate, *item));
    if (!taken)
      co_return;
    co_yield static_cast<item_of_t<S>>(*item);
  }
}

template <class Predicate> struct take_while_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    using item = item_of_t<S>;
    if constexpr (async_callable<Predicate, std::remove_reference_t<item> &>)
      return registered(take_while_awaiting<input_of<S>>(std::forward<S>(s), std::move(predicate)));
    else
      return fuse(std::forward<S>(s), take_while_stage<item, Predicate>(std::move(predicate)));
  }
  [[no_unique_address]] Predicate predicate;
};

template <class Item, class Predicate> class drop_while_stage : public passing_stage<Item> {
public:
  explicit drop_while_stage(Predicate predicate) : predicate_(std::move(predicate)) {}
  verdict step(std::remove_reference_t<Item> &item) {
    if (!dropping_) [[likely]]
      return verdict::deliver;
    if (std::invoke(predicate_, item))
      return verdict::skip;
    dropping_ = false;
    return verdict::deliver;
  }

private:
  [[no_unique_address]] Predicate predicate_;
  bool dropping_ = true;
};

template <class S, class Predicate>
generator_of<item_of_t<S>> drop_while_awaiting(S stream, Predicate predicate) {
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  bool dropping = true;
  while (auto item = co_await from.next()) {
    if (dropping)
      dropping = static_cast<bool>(co_await call(predicate, *item));
    if (!dropping)
      co_yield static_cast<item_of_t<S>>(*item);
  }
}

template <class Predicate> struct drop_while_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    using item = item_of_t<S>;
    if constexpr (async_callable<Predicate, std::remove_reference_t<item> &>)
      return registered(drop_while_awaiting<input_of<S>>(std::forward<S>(s), std::move(predicate)));
    else
      return fuse(std::forward<S>(s), drop_while_stage<item, Predicate>(std::move(predicate)));
  }
  [[no_unique_address]] Predicate predicate;
};

/// A stream whose steps wait with a stop token of its own besides the consumer's.
template <class Root> class [[nodiscard]] until_stream : public stream_over<Root> {
  using root_source = decltype(std::declval<root_of<Root> &>().source());
  using item_type = typename root_source::item_type;

public:
  using reference = item_of_t<Root>;
  using value_type = std::remove_cvref_t<reference>;

  until_stream(Root &&root, std::stop_token until)
      : root_(std::forward<Root>(root)), until_(std::move(until)) {}
  until_stream(until_stream &&other)
      : root_(other.root_.give()), until_(std::move(other.until_)), closed_(other.closed_),
        root_step_(other.root_step_) {}
  until_stream &operator=(until_stream &&) = delete;

  /// `co_await s.next()` steps and gives a `step_result`.
  [[nodiscard]] auto next() noexcept { return step_from(source()); }

  /// `co_await s.close()` closes the stream that it takes from, if it owns that, and leaves one that is
  /// borrowed alone. This one is then at its end.
  [[nodiscard]] auto close() {
    closed_ = true;
    return root_.close();
  }

  /// Where the items come from: see detail/source.h.
  [[nodiscard]] auto source() noexcept { return until_source(*this); }

private:
  class until_source {
  public:
    using item_type = until_stream::item_type;
    explicit until_source(until_stream &stream) noexcept : stream_(&stream) {}
    void use_stop_token(const std::stop_token *stop) noexcept { stream_->consumer_ = stop; }
    void begin_step() { stream_->begin_step(); }
    bool pull() { return stream_->skipped_ || root().pull(); }
    bool wait(continuation consumer) noexcept { return root().wait(consumer); }
    item_type *take() { return stream_->take(); }
    void abandon() noexcept {
      if (stream_->root_step_.end_early())
        root().abandon();
    }

  private:
    root_source root() noexcept { return stream_->root_.source(); }
    until_stream *stream_;
  };

  void begin_step() {
    skipped_ = closed_ || until_.stop_requested();
    if (skipped_)
      return;
    root_.source().use_stop_token(either_token());
    root_.source().begin_step();
    root_step_.begin();
  }

  /// What the next step waits with.
  const std::stop_token *either_token() {
    if (!until_.stop_possible())
      return consumer_;
    if (!consumer_ || !consumer_->stop_possible())
      return std::addressof(until_);
    if (!either_ || linked_ != *consumer_) {
      either_.emplace(*consumer_, until_);
      linked_ = *consumer_;
    }
    return std::addressof(either_->token());
  }

  item_type *take() {
    if (skipped_)
      return nullptr;
    root_step_.end();
    try {
      return root_.source().take();
    } catch (const operation_cancelled &) {
      if (!until_.stop_requested() || stop_requested(consumer_))
        throw;
      return nullptr;
    }
  }

  root_of<Root> root_;
  std::stop_token until_;
  const std::stop_token *consumer_ = nullptr;
  bool skipped_ = false;
  bool closed_ = false;
  std::stop_token linked_; // the consumer's token that `either_` follows
  std::optional<either_stop> either_;
  [[no_unique_address]] pending_step root_step_;
};

struct take_until_over {
  template <class S> auto operator()(S &&s) && {
    return until_stream<S>(std::forward<S>(s), std::move(until));
  }
  std::stop_token until;
};

} // namespace detail

/// `s | take(n)`: the first `n` items, or all if there are not so many. The stream is not stepped for more.
[[nodiscard]] inline auto take(std::size_t count) { return detail::adaptor{detail::take_over{count}}; }

/// The same as `s | take(n)`.
template <class S> [[nodiscard]] auto take(S &&s, std::size_t count) {
  return detail::pipe(std::forward<S>(s), detail::take_over{count});
}

/// `s | drop(n)`: all but the first `n` items.
[[nodiscard]] inline auto drop(std::size_t count) { return detail::adaptor{detail::drop_over{count}}; }

/// The same as `s | drop(n)`.
template <class S> [[nodiscard]] auto drop(S &&s, std::size_t count) {
  return detail::pipe(std::forward<S>(s), detail::drop_over{count});
}

/// `s | take_while(predicate)`: the items before the first one for which `predicate(item)` is false.
/// \param predicate called with an lvalue of the item; gives a bool or an awaitable of one.
template <class Predicate> [[nodiscard]] auto take_while(Predicate predicate) {
  return detail::adaptor{detail::take_while_over<Predicate>{std::move(predicate)}};
}

/// The same as `s | take_while(predicate)`.
template <class S, class Predicate>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto take_while(S &&s, Predicate predicate) {
  return detail::pipe(std::forward<S>(s), detail::take_while_over<Predicate>{std::move(predicate)});
}

/// `s | drop_while(predicate)`: the items from the first one on for which `predicate(item)` is false. The
/// predicate is not asked about later ones.
/// \param predicate called with an lvalue of the item; gives a bool or an awaitable of one.
template <class Predicate> [[nodiscard]] auto drop_while(Predicate predicate) {
  return detail::adaptor{detail::drop_while_over<Predicate>{std::move(predicate)}};
}

/// The same as `s | drop_while(predicate)`.
template <class S, class Predicate>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto drop_while(S &&s, Predicate predicate) {
  return detail::pipe(std::forward<S>(s), detail::drop_while_over<Predicate>{std::move(predicate)});
}

/// `s | take_until(token)`: the items until a stop is requested of `token`; then the end.
[[nodiscard]] inline auto take_until(std::stop_token until) {
  return detail::adaptor{detail::take_until_over{std::move(until)}};
}

/// The same as `s | take_until(token)`.
template <class S> [[nodiscard]] auto take_until(S &&s, std::stop_token until) {
  return detail::pipe(std::forward<S>(s), detail::take_until_over{std::move(until)});
}

} // namespace asynciter
