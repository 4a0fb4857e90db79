// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Awaits several things at once and goes on as soon as the first of them is there.
//
//     auto [index, answer] = co_await when_any(ask(primary), ask(replica), give_up_after(2s));
//     switch (index) {
//     case 0: use(std::get<0>(answer)); break;
//     case 1: use(std::get<1>(answer)); break;
//     case 2: throw too_slow();
//     }
//
// Who wins. The first part that ends decides, whether it ends by a result or by an exception: its exception
// is thrown. (If a failed part should not end the race, catch in the part.) The others are then asked to stop
// (stop.h) and waited for, so that no part can outlive what it refers to; what they give or throw is dropped.
// Parts are started in turn, and when one ends before the next has been started, the rest stay so.
//
// A dropped result is gone. Race only what can do without: a timer, or a request that can be made again. A
// receive from a channel that loses because it was stopped has taken no item; one that loses by a hair, ended
// between the winner and the stop, takes its item with it, which takes several threads to happen.
//
// Stopping: a stop of the awaiting coroutine reaches all parts, and when_any throws the `operation_cancelled`
// of the first that ends by it.
//
// Lifetime: what is given as an rvalue (a call, `std::move(task)`) is moved in; an lvalue is used where it is
// and must outlive the await, as must an rvalue that cannot be moved, such as a generator's step: it does if
// the whole is awaited in the same expression. If the awaiting coroutine is destroyed, so are the parts.
//
// Threads: parts may end on any thread. The awaiting coroutine goes on where the last one ended.
//
// Cost: one small frame for each part, one stop state, and a small block if the awaiting coroutine can be
// stopped.
#pragma once

#include "asynciter/detail/awaiter.h"
#include "asynciter/detail/child.h"

#include <cassert>
#include <cstddef>
#include <exception>
#include <functional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

namespace asynciter {

/// What when_any gives: which part has won, and its result.
template <class Value> struct when_any_result {
  std::size_t index; ///< the winner's place among the parts, from 0
  Value value;       ///< its result; std::monostate for void, std::reference_wrapper for a reference
};

namespace detail {

template <class Children> class when_any_awaiter;

template <class... T>
class [[nodiscard]] when_any_awaiter<child_tuple<T...>> final
    : public child_group_awaiter<child_tuple<T...>> {
  using value = std::variant<stored_result_t<T>...>;

public:
  using child_group_awaiter<child_tuple<T...>>::child_group_awaiter;
  when_any_result<value> await_resume() {
    child_promise_base &winner = *this->group_.decided();
    if (winner.error())
      std::rethrow_exception(winner.error());
    return take(winner.index, std::index_sequence_for<T...>());
  }

private:
  template <std::size_t First, std::size_t... Rest>
  when_any_result<value> take(std::size_t index, std::index_sequence<First, Rest...>) {
    if constexpr (sizeof...(Rest) > 0)
      if (index != First)
        return take(index, std::index_sequence<Rest...>());
    return {index, value(std::in_place_index<First>,
                         take_as<stored_result_t<std::tuple_element_t<First, std::tuple<T...>>>>(
                             std::get<First>(this->children_)))};
  }
};

template <class T>
class [[nodiscard]] when_any_awaiter<child_vector<T>> final : public child_group_awaiter<child_vector<T>> {
public:
  using child_group_awaiter<child_vector<T>>::child_group_awaiter;
  when_any_result<stored_result_t<T>> await_resume() {
    child_promise_base *winner = this->group_.decided();
    if (!winner)
      throw std::invalid_argument("asynciter: when_any of nothing");
    if (winner->error())
      std::rethrow_exception(winner->error());
    return {winner->index, take_as<stored_result_t<T>>(this->children_[winner->index])};
  }
};

} // namespace detail

/// `co_await when_any(a, b, ...)` awaits all of them at once and gives, when the first has ended and the
/// others were stopped and have ended too, a `when_any_result` with a std::variant, whose alternative number
/// `index` is the winner's result.
/// \throws (on co_await) what the winner throws; std::bad_alloc.
template <awaitable First, awaitable... Rest> [[nodiscard]] auto when_any(First &&first, Rest &&...rest) {
  using children = detail::child_tuple<detail::kept_result_t<await_result_t<First>>,
                                       detail::kept_result_t<await_result_t<Rest>>...>;
  return detail::group_awaitable<detail::when_any_awaiter<children>, children,
                                 detail::child_group::decisive::any_end>(
      children{detail::make_child<detail::kept_operand_t<First>>(std::forward<First>(first)),
               detail::make_child<detail::kept_operand_t<Rest>>(std::forward<Rest>(rest))...});
}

/// `co_await when_any(range)` does the same for the elements of a range; the result's value is then that of
/// the winner itself. What happens to the elements is as with when_all.
/// \throws (on co_await) std::invalid_argument if the range is empty.
template <class Range>
  requires(!awaitable<Range> && detail::range_of_awaitables<Range>)
[[nodiscard]] auto when_any(Range &&range) {
  auto children = detail::children_of<Range>(range);
  return detail::group_awaitable<detail::when_any_awaiter<decltype(children)>, decltype(children),
                                 detail::child_group::decisive::any_end>(std::move(children));
}

} // namespace asynciter
