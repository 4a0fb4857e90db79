// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several streams as one, in a fixed order: side by side, one after the other, or nested ones opened up.
//
//     auto pairs = zip(names, ages);           // a std::tuple of an item of each
//     auto all = concat(header(), rows(db));   // first all of the one, then all of the other
//     auto lines = files | transform(lines_of) | flatten; // the items of the streams of a stream
//
// `zip` and `concat` are those of std::views, for streams; `flatten` is std::views::join. For streams whose
// items are wanted as they come, in any order, there is `merge`.
//
// Any of them may be anything that `as_stream` takes. An lvalue is borrowed and must outlive the result; an
// rvalue is owned, and closed when the result is closed or comes to its end.
//
// They step one stream at a time. A `zip` of two that wait for the network waits for the first and then for
// the second: put `| buffer(1)` behind them to let them run beside each other. It ends with the first stream
// that does; what was read from those before it in that step is lost.
//
// Cost: a coroutine frame for each stream but a generator that is given away. `concat` and `flatten` hand
// over to the streams by `elements_of`, so that an item costs what it costs there.
#pragma once

#include "asynciter/detail/pipeline.h"
#include "asynciter/task.h"

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <ranges>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

/// Closes several streams, one after the other. The first failure is thrown when all are closed.
struct close_all {
  template <class... S> task<> operator()(std::tuple<S...> &streams) const {
    return close(streams, std::index_sequence_for<S...>());
  }

private:
  template <class Streams, std::size_t... I>
  static task<> close(Streams &streams ASYNCITER_LIFETIMEBOUND, std::index_sequence<I...>) {
    std::exception_ptr failure;
    (co_await close_one(std::get<I>(streams), failure), ...);
    if (failure)
      std::rethrow_exception(std::move(failure));
  }
  template <class S>
  static task<> close_one(S &stream ASYNCITER_LIFETIMEBOUND,
                          std::exception_ptr &failure ASYNCITER_LIFETIMEBOUND) {
    try {
      co_await stream.close();
    } catch (...) {
      if (!failure)
        failure = std::current_exception();
    }
  }
};

/// Awaits a step and keeps its item, unless a stream has ended before. An awaiter, because GCC 12 awaits the
/// right operand of `&&` in any case.
template <class S, class T> class [[nodiscard]] step_unless_ended {
public:
  step_unless_ended(S &from, T *&item, bool &ended) noexcept
      : step_(from.next()), item_(item), ended_(ended) {}
  void take_stop_token(const std::stop_token *stop) noexcept { step_.take_stop_token(stop); }
  bool await_ready() { return ended_ || step_.await_ready(); }
  auto await_suspend(std::coroutine_handle<> waiting) noexcept { return step_.await_suspend(waiting); }
  void await_resume() {
    if (ended_)
      return;
    auto step = step_.await_resume();
    item_ = step ? std::addressof(*step) : nullptr;
    ended_ = !step;
  }

private:
  decltype(std::declval<S &>().next()) step_;
  T *&item_;
  bool &ended_;
};

template <class... Items, std::size_t... I>
async_generator<std::tuple<kept_item<Items>...>> zip_all(std::index_sequence<I...>,
                                                         generator_of<Items>... streams) {
  auto &from = co_await on_exit(close_all(), std::tuple(std::move(streams)...));
  co_await first_step();
  std::tuple<std::remove_reference_t<Items> *...> items;
  for (bool ended = false;;) {
    (co_await step_unless_ended(std::get<I>(from), std::get<I>(items), ended), ...);
    if (ended)
      co_return;
    co_yield std::tuple<kept_item<Items>...>(static_cast<Items>(*std::get<I>(items))...);
  }
}

/// What the items of several streams have in common: the type of the items of all, or an object.
template <class... Items> struct common_item {
  using type = std::common_type_t<value_of<Items>...> &&;
};
template <class First, class... Rest>
  requires(std::same_as<First, Rest> && ...)
struct common_item<First, Rest...> {
  using type = First;
};
template <class... S> using common_item_of = typename common_item<item_of_t<input_of<S>>...>::type;

/// A stream as a generator of items that are the same for several streams.
template <class Item, class S> generator_of<Item> convert(S stream) {
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next())
    co_yield static_cast<value_of<Item>>(static_cast<item_of_t<S>>(*item));
}
template <class Item, class S> ASYNCITER_CORO_WRAPPER generator_of<Item> as_generator_of(S &&s) {
  if constexpr (std::same_as<Item, item_of_t<input_of<S>>>)
    return as_generator(std::forward<S>(s));
  else
    return registered(convert<Item, input_of<S>>(with_next(std::forward<S>(s))));
}

template <class Generator, std::size_t... I, class... S>
Generator concat_all(std::index_sequence<I...>, S... streams) {
  auto &from = co_await on_exit(close_all(), std::tuple(std::move(streams)...));
  co_await first_step();
  (co_yield elements_of(std::get<I>(from)), ...);
}

/// How the items of the items of a stream are handed out.
template <class Item> struct nested_item {
  using read = std::ranges::range_reference_t<std::remove_reference_t<Item>>;
  using type =
      treated_as<std::conditional_t<std::is_rvalue_reference_v<Item> && std::is_lvalue_reference_v<read> &&
                                        !std::ranges::view<value_of<Item>>,
                                    std::remove_reference_t<read> &&, read>>;
};
template <class Item>
  requires streamable<Item>
struct nested_item<Item> {
  using type = item_of_t<input_of<Item>>;
};

template <class S, class Item = typename nested_item<item_of_t<S>>::type>
generator_of<Item> flatten_all(S stream) {
  using outer = item_of_t<S>;
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next()) {
    if constexpr (streamable<outer>) {
      auto inner = as_generator(static_cast<outer>(*item));
      co_yield elements_of(std::move(inner));
    } else {
      for (auto &&element : *item)
        co_yield static_cast<Item>(element);
    }
  }
}

struct flatten_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    using item = item_of_t<S>;
    static_assert(streamable<item> || std::ranges::input_range<std::remove_reference_t<item>>,
                  "asynciter: flatten needs a stream of streams or of sync ranges");
    return registered(flatten_all<input_of<S>>(std::forward<S>(s)));
  }
};

} // namespace detail

/// `zip(a, b, ...)`: `std::tuple`s of an item of each stream, until the first one ends. An item that a stream
/// gives away is moved into the tuple, of another one it is a reference.
template <class... S>
  requires(sizeof...(S) > 0)
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto zip(S &&...streams) {
  if constexpr ((detail::check_stream<S>() && ...))
    return detail::registered(detail::zip_all<detail::item_of_t<detail::input_of<S>>...>(
        std::index_sequence_for<S...>(), detail::as_generator(std::forward<S>(streams))...));
  else
    return detail::rejected();
}

/// `concat(a, b, ...)`: the items of `a`, then those of `b`, and so on. The next stream is not stepped before
/// the end of the one before. Items of different types become objects of their `std::common_type_t`.
template <class... S>
  requires(sizeof...(S) > 0)
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto concat(S &&...streams) {
  if constexpr ((detail::check_stream<S>() && ...)) {
    using item = detail::common_item_of<S...>;
    return detail::registered(detail::concat_all<detail::generator_of<item>>(
        std::index_sequence_for<S...>(), detail::as_generator_of<item>(std::forward<S>(streams))...));
  } else {
    return detail::rejected();
  }
}

/// `s | flatten` or `flatten(s)`: the items of the streams, or sync ranges, that are the items of `s`. A
/// stream that `s` gives away is closed when the result is.
inline constexpr detail::plain_adaptor<detail::flatten_over> flatten{};

} // namespace asynciter
