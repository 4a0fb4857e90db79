// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a callable makes of each item of a stream: `transform`, with the items' numbers: `enumerate`, and with
// what came before: `scan`.
//
//     auto pages = urls | transform([&](url u) { return client.get(std::move(u)); }); // gives a task<page>
//     auto sizes = pages | transform([](const page &p) { return p.size(); });
//
//     auto numbered = lines | enumerate;
//     while (auto line = co_await numbered.next())
//       out << line->first << ": " << line->second << '\n';
//
//     auto totals = amounts | scan(0, std::plus()); // 1, 2, 3 becomes 1, 3, 6
//
// `transform` and `enumerate` are those of std::views, for streams; `scan` is std::inclusive_scan.
//
// When callables run and what their exceptions do: as with filter.h; after one a `scan`, which has lost its
// value, says end.
//
// Lifetime: as with filter.h, an lvalue is borrowed and an rvalue owned. An item that `transform` makes is
// valid until the next step.
//
// Cost: as with filter.h, no coroutine unless the callable is one.
#pragma once

#include "asynciter/detail/pipeline.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

template <class Item, class F> class transform_stage {
  using result = result_for<F, Item>;

public:
  using input = std::remove_reference_t<Item>;
  using reference = treated_as<result>;

  explicit transform_stage(F f) : f_(std::move(f)) {}
  verdict step(input &item) {
    result_.emplace(call(f_, static_cast<argument_for<F, Item>>(item)));
    return verdict::deliver;
  }
  auto *out(input *) noexcept { return result_.get(); }

private:
  [[no_unique_address]] F f_;
  slot<result> result_;
};

template <class S, class F, class Item = treated_as<await_result_t<result_for<F, item_of_t<S>>>>>
generator_of<Item> transform_awaiting(S stream, F f) {
  using argument = argument_for<F, item_of_t<S>>;
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next()) {
    auto &&result = co_await call(f, static_cast<argument>(*item));
    co_yield static_cast<Item>(result);
  }
}

template <class F> struct transform_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    using item = item_of_t<S>;
    static_assert(
        !std::is_void_v<result_for<F, item>>,
        "asynciter: transform needs a callable that gives something; for_each calls one that does not");
    if constexpr (awaitable<result_for<F, item>>)
      return registered(transform_awaiting<input_of<S>, F>(std::forward<S>(s), std::move(f)));
    else
      return fuse(std::forward<S>(s), transform_stage<item, F>(std::move(f)));
  }
  [[no_unique_address]] F f;
};

template <class Item> class enumerate_stage {
  using numbered = std::pair<std::size_t, kept_item<Item>>;

public:
  using input = std::remove_reference_t<Item>;
  using reference = numbered &&;

  verdict step(input &item) {
    numbered_.emplace(index_, static_cast<Item>(item));
    ++index_;
    return verdict::deliver;
  }
  auto *out(input *) noexcept { return numbered_.get(); }

private:
  std::size_t index_ = 0;
  slot<numbered> numbered_;
};

struct enumerate_over {
  template <class S> auto operator()(S &&s) && {
    return fuse(std::forward<S>(s), enumerate_stage<item_of_t<S>>());
  }
};

template <class Item, class Value, class F> class scan_stage {
public:
  using input = std::remove_reference_t<Item>;
  using reference = const Value &;

  scan_stage(Value value, F f) : value_(std::move(value)), f_(std::move(f)) {}
  verdict step(input &item) {
    value_ = std::invoke(f_, std::move(value_), static_cast<argument_for<F, Item, Value>>(item));
    return verdict::deliver;
  }
  const Value *out(input *) const noexcept { return std::addressof(value_); }
  bool finish() const noexcept { return false; }

private:
  Value value_;
  [[no_unique_address]] F f_;
};

template <class S, class Value, class F>
async_generator<const Value &> scan_awaiting(S stream, Value value, F f) {
  using argument = argument_for<F, item_of_t<S>, Value>;
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next()) {
    value = co_await call(f, std::move(value), static_cast<argument>(*item));
    co_yield value;
  }
}

template <class Value, class F> struct scan_over {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    using item = item_of_t<S>;
    if constexpr (awaitable<result_for<F, item, Value>>)
      return registered(
          scan_awaiting<input_of<S>, Value, F>(std::forward<S>(s), std::move(value), std::move(f)));
    else
      return fuse(std::forward<S>(s), scan_stage<item, Value, F>(std::move(value), std::move(f)));
  }
  Value value;
  [[no_unique_address]] F f;
};

} // namespace detail

/// `s | transform(f)`: what `f(item)` gives for each item; if that is a reference, what it refers to.
/// \param f called with the item as `s` hands it out: an rvalue if it gives it away. May give an awaitable,
/// which is awaited.
template <class F> [[nodiscard]] auto transform(F f) {
  return detail::adaptor{detail::transform_over<F>{std::move(f)}};
}

/// The same as `s | transform(f)`.
template <class S, class F> [[nodiscard]] ASYNCITER_CORO_WRAPPER auto transform(S &&s, F f) {
  return detail::pipe(std::forward<S>(s), detail::transform_over<F>{std::move(f)});
}

/// `s | enumerate` or `enumerate(s)`: each item as a `std::pair` of its number, from 0, and itself. An item
/// that the stream gives away is moved into the pair, of another one it is a reference.
inline constexpr detail::plain_adaptor<detail::enumerate_over> enumerate{};

/// `s | scan(init, f)`: for each item the value that `f(value, item)` makes of the value before, which begins
/// with `init`. One item for each of the stream, handed out as `const`.
/// \param f called with an rvalue of the value, and the item as `s` hands it out. May give an awaitable of
/// the next value.
template <class Value, class F> [[nodiscard]] auto scan(Value init, F f) {
  return detail::adaptor{detail::scan_over<Value, F>{std::move(init), std::move(f)}};
}

/// The same as `s | scan(init, f)`.
template <class S, class Value, class F>
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto scan(S &&s, Value init, F f) {
  return detail::pipe(std::forward<S>(s), detail::scan_over<Value, F>{std::move(init), std::move(f)});
}

} // namespace asynciter
