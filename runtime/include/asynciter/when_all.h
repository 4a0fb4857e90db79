// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Awaits several things at once and goes on when all of them are there.
//
//     auto [user, orders] = co_await when_all(load_user(id), load_orders(id));
//
//     std::vector<task<page>> fetches;
//     for (const url &each : urls)
//       fetches.push_back(fetch(each));
//     std::vector<page> pages = co_await when_all(std::move(fetches));
//
// "At once" means interleaved, not in parallel: each part is started in turn, on the thread that awaits, and
// runs until it first waits; then the next one is started. While they wait they wait together.
//
// Failure. when_all always waits for the end of everything that it has started, so that no part can outlive
// what it refers to. When a part fails, the others are asked to stop (stop.h), and what has not been started
// stays so. The first exception is thrown; what the others throw on top of that is dropped. It is what
// Python's TaskGroup does.
//
// Stopping: a stop of the awaiting coroutine reaches all parts. They end by `operation_cancelled`, which
// when_all then throws; a part that does not wait, or ends all the same, is waited for.
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

#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace asynciter {

namespace detail {

template <class Children> class when_all_awaiter;

template <class... T>
class [[nodiscard]] when_all_awaiter<child_tuple<T...>> final
    : public child_group_awaiter<child_tuple<T...>> {
public:
  using child_group_awaiter<child_tuple<T...>>::child_group_awaiter;
  std::tuple<value_or_unit_t<T>...> await_resume() {
    if (auto *failed = this->group_.decided())
      std::rethrow_exception(failed->error());
    return std::apply(
        [](auto &...each) { return std::tuple<value_or_unit_t<T>...>{take_as<value_or_unit_t<T>>(each)...}; },
        this->children_);
  }
};

template <class T>
class [[nodiscard]] when_all_awaiter<child_vector<T>> final : public child_group_awaiter<child_vector<T>> {
public:
  using child_group_awaiter<child_vector<T>>::child_group_awaiter;
  auto await_resume() {
    if (auto *failed = this->group_.decided())
      std::rethrow_exception(failed->error());
    if constexpr (!std::is_void_v<T>) {
      std::vector<stored_result_t<T>> results;
      results.reserve(this->children_.size());
      for (auto &each : this->children_)
        results.push_back(each.promise().take());
      return results;
    }
  }
};

} // namespace detail

/// `co_await when_all(a, b, ...)` awaits all of them at once and gives a std::tuple of their results, where
/// std::monostate stands for void.
/// \throws (on co_await) the first exception of a part, when all have ended; std::bad_alloc.
template <awaitable... A> [[nodiscard]] auto when_all(A &&...parts) {
  using children = detail::child_tuple<detail::kept_result_t<await_result_t<A>>...>;
  return detail::group_awaitable<detail::when_all_awaiter<children>, children,
                                 detail::child_group::decisive::failure>(
      children{detail::make_child<detail::kept_operand_t<A>>(std::forward<A>(parts))...});
}

/// `co_await when_all(range)` does the same for the elements of a range and gives a std::vector of their
/// results in the same order, with std::reference_wrapper for references; nothing if the results are void.
///
/// The elements of a container that is given away (`std::move(tasks)`) are moved out of it. Those of a view
/// are taken as the view gives them, those of an lvalue are awaited as lvalues. The range itself is gone
/// through by this call.
template <class Range>
  requires(!awaitable<Range> && detail::range_of_awaitables<Range>)
[[nodiscard]] auto when_all(Range &&range) {
  auto children = detail::children_of<Range>(range);
  return detail::group_awaitable<detail::when_all_awaiter<decltype(children)>, decltype(children),
                                 detail::child_group::decisive::failure>(std::move(children));
}

} // namespace asynciter
