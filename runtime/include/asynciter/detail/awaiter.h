// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a co_await does with its operand, as the library sees it.
#pragma once

#include <concepts>
#include <coroutine>
#include <utility>

namespace asynciter {

namespace detail {

/// The awaiter of an awaitable ([expr.await]): what its `operator co_await` gives, or else it itself.
template <class A> decltype(auto) get_awaiter(A &&awaitable) {
  if constexpr (requires { std::forward<A>(awaitable).operator co_await(); })
    return std::forward<A>(awaitable).operator co_await();
  else if constexpr (requires { operator co_await(std::forward<A>(awaitable)); })
    return operator co_await(std::forward<A>(awaitable));
  else
    return std::forward<A>(awaitable);
}

} // namespace detail

/// A type with the three functions that a `co_await` calls ([expr.await]).
template <class A>
concept awaiter = requires(A &a) {
  { a.await_ready() } -> std::convertible_to<bool>;
  a.await_resume();
};

/// A type that can be awaited in any coroutine: an awaiter, or something with an `operator co_await` that
/// gives one.
template <class A>
concept awaitable = awaiter<std::remove_reference_t<decltype(detail::get_awaiter(std::declval<A>()))>>;

/// What `co_await` of an `A` gives.
template <awaitable A>
using await_result_t =
    decltype(std::declval<decltype(detail::get_awaiter(std::declval<A>())) &>().await_resume());

/// A type that can be awaited and then gives something that converts to `Result`.
template <class A, class Result>
concept awaitable_of = awaitable<A> && std::convertible_to<await_result_t<A>, Result>;

} // namespace asynciter
