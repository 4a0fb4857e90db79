// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is awaited at the end of a pipeline: all items in a container, or one value that is made of them.
//
//     auto lines = co_await (text(socket) | to<std::vector>());
//     auto total = co_await (orders(db) | transform(&order::amount) | reduce(0, std::plus()));
//     auto found = co_await (rows(db) | filter(matches) | first);
//     bool all_paid = co_await (orders(db) | all_of(&order::paid));
//
// They are std::ranges::to, fold_left (as `reduce`), any_of, all_of and none_of for streams; `first` gives
// the first item, if there is one, and `count` the number of items. Each can be written as a function too:
// `co_await reduce(orders, 0, std::plus())`. The pipe needs parentheses: `co_await` binds more tightly.
//
// Reading to the end or not. `first`, `any_of`, `all_of` and `none_of` stop at the item that decides. A
// stream that they own (an rvalue) is closed then, with its registered cleanup awaited, as it is when a
// callable throws or the consumer is stopped. An lvalue is left where it is: it can be read on, and closing
// it is the caller's.
//
// Callables may be coroutines, or give anything else that can be awaited; what they throw, the co_await
// throws.
//
// Cost. With callables that are no coroutines, one loop inside of the co_await, with the value in a register
// if it fits: the awaiting coroutine is suspended only when the stream itself waits. One frame more for a
// stream that has to be closed, and for a callable that is a coroutine.
//
// Lifetime. The result of the pipe is to be awaited once. It owns an rvalue and borrows an lvalue.
#pragma once

#include "asynciter/detail/pipeline.h"
#include "asynciter/detail/source.h"
#include "asynciter/task.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

template <class S> struct owned_stream {
  explicit owned_stream(S &&stream) : stream(std::move(stream)) {}
  S stream;
};

/// Awaits the items of a stream that it owns and that need not be closed.
template <class S, class Consumer>
class [[nodiscard]] consuming : owned_stream<S>,
                                public step_loop<decltype(std::declval<S &>().source()), Consumer> {
  using loop = step_loop<decltype(std::declval<S &>().source()), Consumer>;

public:
  consuming(S &&stream, Consumer consumer)
      : owned_stream<S>(std::move(stream)), loop(this->stream.source(), std::move(consumer)) {}
};

template <class Consumer> using result_of = decltype(std::declval<Consumer &>().result());

template <class S, class Consumer> task<result_of<Consumer>> consume_and_close(S stream, Consumer consumer) {
  auto &from = co_await keep<S>(stream);
  step_loop loop(from.source(), std::move(consumer));
  co_return co_await loop;
}

/// Awaits a native stream until a consumer (see detail/source.h) wants no more.
template <class S, class Consumer> auto consume(S &&s, Consumer consumer) {
  if constexpr (std::is_lvalue_reference_v<S>)
    return step_loop(s.source(), std::move(consumer));
  else if constexpr (wants_close<S>)
    return consume_and_close<S>(std::move(s), std::move(consumer));
  else
    return consuming<S, Consumer>(std::move(s), std::move(consumer));
}

template <class Item, class Value, class F> struct reducer {
  bool operator()(std::remove_reference_t<Item> *item) {
    if (!item) [[unlikely]]
      return true;
    value = std::invoke(f, std::move(value), static_cast<argument_for<F, Item, Value>>(*item));
    return false;
  }
  Value result() { return std::move(value); }
  Value value;
  [[no_unique_address]] F f;
};

template <class S, class Value, class F> task<Value> reduce_awaiting(S stream, Value value, F f) {
  using argument = argument_for<F, item_of_t<S>, Value>;
  auto &from = co_await keep<S>(stream);
  while (auto item = co_await from.next())
    value = co_await call(f, std::move(value), static_cast<argument>(*item));
  co_return value;
}

template <class Value, class F> struct reduce_over {
  template <class S> auto operator()(S &&s) && {
    using item = item_of_t<S>;
    if constexpr (awaitable<result_for<F, item, Value>>)
      return reduce_awaiting<input_of<S>, Value, F>(std::forward<S>(s), std::move(value), std::move(f));
    else
      return consume(std::forward<S>(s), reducer<item, Value, F>{std::move(value), std::move(f)});
  }
  Value value;
  [[no_unique_address]] F f;
};

/// An item that is a key and a value: a pair, or a tuple of two.
template <class Item>
concept key_and_value = requires { requires std::tuple_size<value_of<Item>>::value == 2; };

/// A container of such items, a map if it is one of keys and values.
template <template <class...> class Container, class Item> struct container_of {
  using type = Container<value_of<Item>>;
};
template <template <class...> class Container, key_and_value Item>
  requires(!requires { typename Container<value_of<Item>>; })
struct container_of<Container, Item> {
  template <std::size_t I> using part = value_of<std::tuple_element_t<I, value_of<Item>>>;
  using type = Container<part<0>, part<1>>;
};

template <class Item, class Container> struct collector {
  bool operator()(std::remove_reference_t<Item> *item) {
    if (!item) [[unlikely]]
      return true;
    if constexpr (requires { container.emplace_back(static_cast<Item>(*item)); })
      container.emplace_back(static_cast<Item>(*item));
    else if constexpr (requires { container.push_back(static_cast<Item>(*item)); })
      container.push_back(static_cast<Item>(*item));
    else if constexpr (requires { container.insert(container.end(), static_cast<Item>(*item)); })
      container.insert(container.end(), static_cast<Item>(*item));
    else // a tuple into a map
      container.emplace(std::get<0>(static_cast<Item>(*item)), std::get<1>(static_cast<Item>(*item)));
    return false;
  }
  Container result() { return std::move(container); }
  Container container;
};

template <class Container> struct to_over {
  template <class S> auto operator()(S &&s) && {
    return consume(std::forward<S>(s), collector<item_of_t<S>, Container>{});
  }
};

template <template <class...> class Container> struct to_template_over {
  template <class S> auto operator()(S &&s) && {
    using item = item_of_t<S>;
    return consume(std::forward<S>(s), collector<item, typename container_of<Container, item>::type>{});
  }
};

template <class Item> struct taker_of_one {
  bool operator()(std::remove_reference_t<Item> *item) {
    if (item)
      taken.emplace(static_cast<Item>(*item));
    return true;
  }
  std::optional<value_of<Item>> result() { return std::move(taken); }
  std::optional<value_of<Item>> taken;
};

struct first_over {
  template <class S> auto operator()(S &&s) && {
    return consume(std::forward<S>(s), taker_of_one<item_of_t<S>>{});
  }
};

template <class Item> struct counter {
  bool operator()(const std::remove_reference_t<Item> *item) noexcept {
    if (!item)
      return true;
    ++items;
    return false;
  }
  std::size_t result() const noexcept { return items; }
  std::size_t items = 0;
};

struct count_over {
  template <class S> auto operator()(S &&s) && {
    return consume(std::forward<S>(s), counter<item_of_t<S>>{});
  }
};

/// Looks for an item about which the predicate says `Sought`; the result if there is none is `IfNone`.
template <bool Sought, bool IfNone, class Item, class Predicate> struct seeker {
  bool operator()(std::remove_reference_t<Item> *item) {
    if (!item) [[unlikely]]
      return true;
    found = static_cast<bool>(std::invoke(predicate, *item)) == Sought;
    return found;
  }
  bool result() const noexcept { return found != IfNone; }
  [[no_unique_address]] Predicate predicate;
  bool found = false;
};

template <bool Sought, bool IfNone, class S, class Predicate>
task<bool> seek_awaiting(S stream, Predicate predicate) {
  auto &from = co_await keep<S>(stream);
  while (auto item = co_await from.next()) {
    const bool found = static_cast<bool>(co_await call(predicate, *item)) == Sought;
    if (found)
      co_return !IfNone;
  }
  co_return IfNone;
}

template <bool Sought, bool IfNone, class Predicate> struct seek_over {
  template <class S> auto operator()(S &&s) && {
    using item = item_of_t<S>;
    if constexpr (async_callable<Predicate, std::remove_reference_t<item> &>)
      return seek_awaiting<Sought, IfNone, input_of<S>>(std::forward<S>(s), std::move(predicate));
    else
      return consume(std::forward<S>(s), seeker<Sought, IfNone, item, Predicate>{std::move(predicate)});
  }
  [[no_unique_address]] Predicate predicate;
};
template <class Predicate> using any_over = seek_over<true, false, Predicate>;
template <class Predicate> using all_over = seek_over<false, true, Predicate>;
template <class Predicate> using none_over = seek_over<true, true, Predicate>;

} // namespace detail

/// `co_await (s | reduce(init, f))` gives the last of the values that `f(value, item)` makes of the one
/// before, beginning with `init`; `init` itself for an empty stream.
/// \param f called with an rvalue of the value, and the item as `s` hands it out. May give an awaitable of
/// the next value.
template <class Value, class F> [[nodiscard]] auto reduce(Value init, F f) {
  return detail::adaptor{detail::reduce_over<Value, F>{std::move(init), std::move(f)}};
}

/// The same as `s | reduce(init, f)`.
template <class S, class Value, class F> [[nodiscard]] auto reduce(S &&s, Value init, F f) {
  return detail::pipe(std::forward<S>(s), detail::reduce_over<Value, F>{std::move(init), std::move(f)});
}

/// `co_await (s | to<Container>())` gives a container of all items: those that the stream gives away are
/// moved into it, those that it only refers to are copied.
template <class Container> [[nodiscard]] auto to() { return detail::adaptor{detail::to_over<Container>{}}; }

/// The same as `s | to<Container>()`.
template <class Container, class S> [[nodiscard]] auto to(S &&s) {
  return detail::pipe(std::forward<S>(s), detail::to_over<Container>{});
}

/// `co_await (s | to<std::vector>())`: the same, with the type of the elements taken from the stream. A map,
/// such as `to<std::map>()`, takes pairs or tuples of a key and a value; of equal keys the first stays.
template <template <class...> class Container> [[nodiscard]] auto to() {
  return detail::adaptor{detail::to_template_over<Container>{}};
}

/// The same as `s | to<std::vector>()`.
template <template <class...> class Container, class S> [[nodiscard]] auto to(S &&s) {
  return detail::pipe(std::forward<S>(s), detail::to_template_over<Container>{});
}

/// `co_await (s | first)` or `co_await first(s)` gives a `std::optional` of the first item, moved if the
/// stream gives it away and copied if not. The stream is not stepped again.
inline constexpr detail::plain_adaptor<detail::first_over> first{};

/// `co_await (s | count)` or `co_await count(s)` gives the number of items.
inline constexpr detail::plain_adaptor<detail::count_over> count{};

/// `co_await (s | any_of(predicate))` says whether `predicate(item)` is true for an item; does not step the
/// stream any further then.
/// \param predicate called with an lvalue of the item; gives a bool or an awaitable of one.
template <class Predicate> [[nodiscard]] auto any_of(Predicate predicate) {
  return detail::adaptor{detail::any_over<Predicate>{std::move(predicate)}};
}

/// The same as `s | any_of(predicate)`.
template <class S, class Predicate> [[nodiscard]] auto any_of(S &&s, Predicate predicate) {
  return detail::pipe(std::forward<S>(s), detail::any_over<Predicate>{std::move(predicate)});
}

/// `co_await (s | all_of(predicate))` says whether `predicate(item)` is true for all items; does not step the
/// stream any further after the first for which it is not.
/// \param predicate called with an lvalue of the item; gives a bool or an awaitable of one.
template <class Predicate> [[nodiscard]] auto all_of(Predicate predicate) {
  return detail::adaptor{detail::all_over<Predicate>{std::move(predicate)}};
}

/// The same as `s | all_of(predicate)`.
template <class S, class Predicate> [[nodiscard]] auto all_of(S &&s, Predicate predicate) {
  return detail::pipe(std::forward<S>(s), detail::all_over<Predicate>{std::move(predicate)});
}

/// `co_await (s | none_of(predicate))` says whether `predicate(item)` is true for no item; does not step the
/// stream any further after the first for which it is.
/// \param predicate called with an lvalue of the item; gives a bool or an awaitable of one.
template <class Predicate> [[nodiscard]] auto none_of(Predicate predicate) {
  return detail::adaptor{detail::none_over<Predicate>{std::move(predicate)}};
}

/// The same as `s | none_of(predicate)`.
template <class S, class Predicate> [[nodiscard]] auto none_of(S &&s, Predicate predicate) {
  return detail::pipe(std::forward<S>(s), detail::none_over<Predicate>{std::move(predicate)});
}

} // namespace asynciter
