// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What adaptors know about the stream that they are put over: where its items come from, what a callable gets
// of them, and how a coroutine keeps it.
#pragma once

#include "asynciter/async_generator.h"
#include "asynciter/cleanup.h"
#include "asynciter/config.h"
#include "asynciter/detail/awaiter.h"
#include "asynciter/detail/source.h"
#include "asynciter/interop.h"
#include "asynciter/protocol.h"

#include <concepts>
#include <coroutine>
#include <functional>
#include <type_traits>
#include <utility>

namespace asynciter::detail {

/// A stream that can be stepped without a coroutine.
template <class S>
concept native_stream = stream<S> && requires(S &s) {
  { s.source() } -> source;
};

/// An item's type as a consumer may treat it: what is `T &&` may be moved from, what is `T &` may not.
template <class Read>
using treated_as = std::conditional_t<std::is_const_v<std::remove_reference_t<Read>>,
                                      std::remove_reference_t<Read> &, Read &&>;

template <class S> struct item_of {
  using step = await_result_t<decltype(std::declval<S &>().next())>;
  using type = treated_as<decltype(*std::declval<step>())>;
};
template <class S>
  requires requires { typename S::reference; }
struct item_of<S> {
  using type = typename S::reference;
};
template <class T, class Allocator> struct item_of<async_generator<T, Allocator>> {
  using type = treated_as<T>;
};

/// How the items of a stream are handed to callables: `T &&` if the stream gives them away, else `T &`.
template <class S> using item_of_t = typename item_of<std::remove_cvref_t<S>>::type;

/// An item as an object of its own.
template <class Item> using value_of = std::remove_cvref_t<Item>;

/// An item that is kept beyond its step: one that is given away becomes an object, another stays a reference.
template <class Item>
using kept_item = std::conditional_t<std::is_rvalue_reference_v<Item>, value_of<Item>, Item>;

/// A generator that hands out such items.
template <class Item> using generator_of = async_generator<kept_item<Item>>;

/// What a callable is given: an item as its stream hands it out, or as an lvalue if it takes no other.
template <class F, class Item, class... Before>
using argument_for =
    std::conditional_t<std::is_invocable_v<F &, Before..., Item>, Item, std::remove_reference_t<Item> &>;
template <class F, class Item, class... Before>
using result_for = std::invoke_result_t<F &, Before..., argument_for<F, Item, Before...>>;

/// A callable that is a coroutine, or gives something else that is to be awaited.
template <class F, class... Arguments>
concept async_callable = awaitable<std::invoke_result_t<F &, Arguments...>>;

/// std::invoke, also for what gives a marked type (config.h).
template <class F, class... Arguments>
ASYNCITER_CORO_WRAPPER decltype(auto) call(F &f, Arguments &&...arguments) {
  if constexpr (std::is_member_pointer_v<F>)
    return std::mem_fn(f)(std::forward<Arguments>(arguments)...);
  else
    return f(std::forward<Arguments>(arguments)...);
}

/// An awaiter that is ready with a reference.
template <class T> class [[nodiscard]] referring {
public:
  explicit referring(T &to) noexcept : to_(to) {}
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T &await_resume() const noexcept { return to_; }

private:
  T &to_;
};

/// `auto &s = co_await keep<S>(parameter)` in an adaptor that is a coroutine gives the stream that it reads.
/// One that it owns is closed when it ends, or is closed itself; one that is borrowed (`S` is a reference) is
/// not.
template <class S> auto keep(std::remove_reference_t<S> &parameter) {
  if constexpr (wants_close<S> && !std::is_lvalue_reference_v<S>)
    return on_exit([](S &s) { return s.close(); }, std::move(parameter));
  else
    return referring<std::remove_reference_t<S>>(parameter);
}

/// The generator of an adaptor, once it has run to its `co_await first_step()`: what it owns is registered
/// by then, and is closed with it though nobody may ever step it.
template <class T> ASYNCITER_CORO_WRAPPER async_generator<T> registered(async_generator<T> adaptor) {
  adaptor.source().pull();
  return adaptor;
}

/// A stream of any shape as something with a `next()`: itself if it is one.
template <class S> ASYNCITER_CORO_WRAPPER decltype(auto) with_next(S &&s) {
  if constexpr (stream<std::remove_reference_t<S>>)
    return std::forward<S>(s);
  else
    return as_stream(std::forward<S>(s));
}
/// The parameter of a coroutine that takes this: a reference to what is borrowed, or an object.
template <class S>
using input_of = std::conditional_t<std::is_lvalue_reference_v<decltype(with_next(std::declval<S>()))>,
                                    decltype(with_next(std::declval<S>())),
                                    std::remove_cvref_t<decltype(with_next(std::declval<S>()))>>;

/// The items of any stream, from a generator that owns or borrows it.
template <class S> generator_of<item_of_t<S>> lift(S stream) {
  auto &from = co_await keep<S>(stream);
  co_await first_step();
  while (auto item = co_await from.next())
    co_yield static_cast<item_of_t<S>>(*item);
}

/// A stream of any shape as a generator: itself if it is one that is given away.
template <class S> ASYNCITER_CORO_WRAPPER auto as_generator(S &&s) {
  using input = input_of<S>;
  if constexpr (std::same_as<input, generator_of<item_of_t<input>>>)
    return input(std::forward<S>(s));
  else
    return registered(lift<input>(with_next(std::forward<S>(s))));
}

} // namespace asynciter::detail
