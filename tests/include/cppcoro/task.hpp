// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of cppcoro's task; not cppcoro's code.
#pragma once
#include <coroutine>

namespace cppcoro {
template <class T = void> class task;

namespace detail {
class task_promise_base {
public:
  auto initial_suspend() noexcept { return std::suspend_always{}; }
  auto final_suspend() noexcept { return std::suspend_always{}; }
  void unhandled_exception() noexcept;
};
template <class T> class task_promise final : public task_promise_base {
public:
  task<T> get_return_object() noexcept;
  template <class U> void return_value(U &&);
};
template <> class task_promise<void> final : public task_promise_base {
public:
  task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};
template <class T> struct task_awaiter {
  bool await_ready() const noexcept;
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
} // namespace detail

template <class T> class [[nodiscard]] task {
public:
  using promise_type = detail::task_promise<T>;
  task() noexcept;
  task(task &&) noexcept;
  task &operator=(task &&) noexcept;
  ~task();
  bool is_ready() const noexcept;
  detail::task_awaiter<T> operator co_await() const & noexcept;
  detail::task_awaiter<T> operator co_await() const && noexcept;
};
} // namespace cppcoro
