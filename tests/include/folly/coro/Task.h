// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of folly::coro::Task, sleep and collectAll; not
// folly's code.
#pragma once
#include <coroutine>
#include <type_traits>
#include <utility>

namespace folly {
class Executor {
public:
  struct KeepAlive {};
};
class CPUThreadPoolExecutor : public Executor {
public:
  template <class F> void add(F) {}
};

namespace coro {
// What await_transform of every folly promise does: bind to the executor.
template <class Awaitable>
  requires requires(Awaitable &&A) {
    static_cast<Awaitable &&>(A).viaIfAsync(Executor::KeepAlive{});
  }
auto viaIfAsync(Executor::KeepAlive Where, Awaitable &&A) {
  return static_cast<Awaitable &&>(A).viaIfAsync(Where);
}

template <class T = void> class Task;

namespace detail {
class TaskPromiseBase {
public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
  template <class U> decltype(auto) await_transform(U &&Value) {
    return coro::viaIfAsync(Executor::KeepAlive{}, static_cast<U &&>(Value));
  }
};
template <class T> class TaskPromise final : public TaskPromiseBase {
public:
  Task<T> get_return_object() noexcept;
  template <class U> void return_value(U &&);
};
template <> class TaskPromise<void> final : public TaskPromiseBase {
public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};
template <class T> class TaskAwaiter {
public:
  bool await_ready() noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
} // namespace detail

template <class T> class [[nodiscard]] TaskWithExecutor {
public:
  detail::TaskAwaiter<T> operator co_await() && noexcept;
  detail::TaskAwaiter<T> viaIfAsync(Executor::KeepAlive) && noexcept;
};

template <class T> class [[nodiscard]] Task {
public:
  using promise_type = detail::TaskPromise<T>;
  Task(Task &&) noexcept;
  Task &operator=(Task &&) noexcept;
  ~Task();
  [[nodiscard]] TaskWithExecutor<T> scheduleOn(Executor *) && noexcept;
  detail::TaskAwaiter<T> viaIfAsync(Executor::KeepAlive) && noexcept;
};

template <class Duration> Task<void> sleep(Duration);
// Keeps the closure and its arguments in a frame of its own.
template <class F, class... Args>
auto co_invoke(F Run, Args... Given) -> std::invoke_result_t<F, Args...> {
  co_return co_await Run(static_cast<Args &&>(Given)...);
}
template <class... Awaitables> Task<void> collectAll(Awaitables &&...);
} // namespace coro
} // namespace folly
