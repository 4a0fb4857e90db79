// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of libcoro's task, generator and sync_wait; not
// libcoro's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace coro {
template <class T = void> class task;
template <class T> class generator;

namespace detail {
struct promise_base {
  auto initial_suspend() noexcept { return std::suspend_always{}; }
  auto final_suspend() noexcept { return std::suspend_always{}; }
  void unhandled_exception() noexcept;
};
template <class T> struct promise final : promise_base {
  task<T> get_return_object() noexcept;
  template <class U> void return_value(U &&);
};
template <> struct promise<void> final : promise_base {
  task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};
template <class T> struct task_awaitable {
  bool await_ready() const noexcept;
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class T> class generator_promise {
public:
  generator<T> get_return_object() noexcept;
  auto initial_suspend() const { return std::suspend_always{}; }
  auto final_suspend() const noexcept { return std::suspend_always{}; }
  auto yield_value(std::remove_reference_t<T> &) noexcept {
    return std::suspend_always{};
  }
  auto yield_value(std::remove_reference_t<T> &&) noexcept {
    return std::suspend_always{};
  }
  void unhandled_exception() noexcept;
  void return_void() noexcept {}
};
struct generator_sentinel {};
template <class T> class generator_iterator {
public:
  using iterator_category = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::remove_reference_t<T>;
  using reference = value_type &;
  using pointer = value_type *;
  bool operator==(generator_sentinel) const noexcept;
  generator_iterator &operator++();
  void operator++(int);
  reference operator*() const noexcept;
};
} // namespace detail

template <class T> class [[nodiscard]] task {
public:
  using promise_type = detail::promise<T>;
  task(task &&) noexcept;
  task &operator=(task &&) noexcept;
  ~task();
  bool is_ready() const noexcept;
  bool resume();
  detail::task_awaitable<T> operator co_await() const & noexcept;
  detail::task_awaitable<T> operator co_await() const && noexcept;
};
template <class T> class generator {
public:
  using promise_type = detail::generator_promise<T>;
  using iterator = detail::generator_iterator<T>;
  generator(generator &&) noexcept;
  ~generator();
  auto begin() -> iterator;
  auto end() noexcept -> detail::generator_sentinel { return {}; }
};

template <class Awaitable> auto sync_wait(Awaitable &&) -> int;
template <class... Awaitables> task<> when_all(Awaitables...);

class thread_pool {
public:
  detail::task_awaitable<void> schedule();
  template <class Duration> task<> yield_for(Duration);
};
} // namespace coro
