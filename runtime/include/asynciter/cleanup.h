// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cleanup that has to be awaited.
//
// A destructor cannot wait: it cannot say goodbye over a socket, roll a transaction back, or join a task. So
// a task or a generator registers what is to be awaited when it ends:
//
//     async_generator<row> rows(database &db, std::string query) {
//       auto &results = co_await on_exit([](cursor &c) { return c.close(); }, co_await db.open(query));
//       while (auto row = co_await results.fetch())
//         co_yield *row;
//     }
//
// The cleanup runs when the body ends, in whatever way: by its end, by an exception, by cancellation; and of
// a generator also when its consumer leaves early and closes it, which `for_each` and the loop macro do, and
// others have to: `co_await stream.close()`. It is what `async with` and a `finally` that awaits are in
// Python.
//
// When the body has ended its locals are gone. So the cleanup owns what it needs: the arguments move into it
// and the body goes on with references to them. Do not let it refer to locals.
//
// Cost: a frame for each registration, nothing for coroutines that register none.
#pragma once

#include "asynciter/detail/cleanup_list.h"

#include <concepts>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asynciter {

/// `co_await on_exit(f, args...)` in a task or a generator moves `f` and `args` into a registered cleanup and
/// gives references to the arguments: nothing, a reference, or a tuple of them for several. They are valid as
/// long as the coroutine runs. Never suspends.
///
/// At the end `f(args...)` is called and what it returns is awaited. Cleanups run one after the other, newest
/// first, without a stop token: they are not cancelled. The first exception of a cleanup is thrown to whoever
/// awaits the task, the step or the `close()`, unless the body itself ended by an exception, which goes
/// first; either way the others run.
///
/// If the coroutine is destroyed instead, the arguments are destroyed and `f` is not called. The same if
/// there is no memory for the cleanup.
/// \throws std::bad_alloc; what moving the arguments throws.
template <class F, class... Args>
  requires std::invocable<std::decay_t<F>, std::decay_t<Args> &...> &&
           awaitable<std::invoke_result_t<std::decay_t<F>, std::decay_t<Args> &...>>
[[nodiscard]] auto on_exit(F &&f, Args &&...args) {
  return detail::cleanup<std::decay_t<Args>...>::template make<std::decay_t<F>>(std::forward<F>(f),
                                                                                std::forward<Args>(args)...);
}

} // namespace asynciter
