// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The items of a stream that a predicate accepts, and filtering and transforming in one go.
//
//     auto errors = lines(socket) | filter([](const std::string &line) { return line.starts_with("E"); });
//     while (auto line = co_await errors.next())
//       report(*line);
//
//     auto users = ids | filter_map([&](int id) -> task<std::optional<user>> { return db.find(id); });
//
// `filter` is std::views::filter for streams, and the `if` of Python's async comprehension. `filter_map`
// calls something that gives an optional: what is in it, if anything, is the item.
//
// The stream may be anything that `as_stream` takes (interop.h). An lvalue is borrowed and must outlive the
// result; an rvalue is owned, and closed when the result is closed (`co_await s.close()`, or for_each).
//
// Callables. They may be coroutines, or give anything else that can be awaited. They are called once for each
// item, in order, where the consumer steps; what they throw, the step throws. With one that is no coroutine
// the next step then goes on with the next item; with one that is, the stream has ended.
//
// Cost. With callables that are no coroutines, a pipeline of any length over a generator is one loop: no
// allocation, no coroutine, no transfer between its stages. A callable that is a coroutine makes the adaptor
// a generator: one frame for it, and a step of its own for each item.
#pragma once

#include "asynciter/detail/pipeline.h"

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

template <class Item, class Predicate> class filter_stage : public passing_stage<Item> {
public:
  explicit filter_stage(Predicate predicate) : predicate_(std::move(predicate)) {}
  verdict step(std::remove_reference_t<Item> &item) {
    return std::invoke(predicate_, item) ? verdict::deliver : verdict::skip;
  }

private:
  [[no_unique_address]] Predicate predicate_;
};

template <class S, class Predicate>
generator_of<item_of_t<S>> filter_awaiting(S stream, Predicate predicate) {
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next())
    if (co_await call(predicate, *item))
      co_yield static_cast<item_of_t<S>>(*item);
}

template <class Predicate> struct filter_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    using item = item_of_t<S>;
    if constexpr (async_callable<Predicate, std::remove_reference_t<item> &>)
      return registered(filter_awaiting<input_of<S>>(std::forward<S>(s), std::move(predicate)));
    else
      return fuse(std::forward<S>(s), filter_stage<item, Predicate>(std::move(predicate)));
  }
  [[no_unique_address]] Predicate predicate;
};

template <class Item, class F> class filter_map_stage {
  using result = result_for<F, Item>;

public:
  using input = std::remove_reference_t<Item>;
  using reference = treated_as<decltype(*std::declval<result>())>;

  explicit filter_map_stage(F f) : f_(std::move(f)) {}
  verdict step(input &item) {
    result_.emplace(std::invoke(f_, static_cast<argument_for<F, Item>>(item)));
    return *result_.get() ? verdict::deliver : verdict::skip;
  }
  auto *out(input *) noexcept { return std::addressof(**result_.get()); }

private:
  [[no_unique_address]] F f_;
  slot<result> result_;
};

template <class S, class F> struct filter_map_awaiting_item {
  using result = await_result_t<result_for<F, item_of_t<S>>>;
  using type = treated_as<decltype(*std::declval<result>())>;
};

template <class S, class F, class Item = typename filter_map_awaiting_item<S, F>::type>
generator_of<Item> filter_map_awaiting(S stream, F f) {
  using argument = argument_for<F, item_of_t<S>>;
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next()) {
    auto &&result = co_await call(f, static_cast<argument>(*item));
    if (result)
      co_yield static_cast<Item>(*result);
  }
}

template <class F> struct filter_map_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    using item = item_of_t<S>;
    if constexpr (awaitable<result_for<F, item>>)
      return registered(filter_map_awaiting<input_of<S>, F>(std::forward<S>(s), std::move(f)));
    else
      return fuse(std::forward<S>(s), filter_map_stage<item, F>(std::move(f)));
  }
  [[no_unique_address]] F f;
};

} // namespace detail

/// `s | filter(predicate)`: the items for which `predicate(item)` is true, handed out as `s` does.
/// \param predicate called with an lvalue of the item; gives something that converts to bool, or an awaitable
/// of that.
template <class Predicate> [[nodiscard]] auto filter(Predicate predicate) {
  return detail::adaptor{detail::filter_over<Predicate>{std::move(predicate)}};
}

/// The same as `s | filter(predicate)`.
template <class S, class Predicate>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto filter(S &&s, Predicate predicate) {
  return detail::pipe(std::forward<S>(s), detail::filter_over<Predicate>{std::move(predicate)});
}

/// `s | filter_map(f)`: what is in the results of `f(item)`, for those results that are not empty.
/// \param f called with the item as `s` hands it out: an rvalue if it gives it away. Gives a `std::optional`,
/// a pointer or the like, or an awaitable of that.
template <class F> [[nodiscard]] auto filter_map(F f) {
  return detail::adaptor{detail::filter_map_over<F>{std::move(f)}};
}

/// The same as `s | filter_map(f)`.
template <class S, class F> [[nodiscard]] ASYNCITER_CORO_WRAPPER auto filter_map(S &&s, F f) {
  return detail::pipe(std::forward<S>(s), detail::filter_map_over<F>{std::move(f)});
}

} // namespace asynciter
