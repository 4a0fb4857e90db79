// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of cppcoro's async_generator; not cppcoro's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace cppcoro {
template <class T> class async_generator;

namespace detail {
template <class T> class async_generator_iterator;

class async_generator_yield_operation final {
public:
  bool await_ready() const noexcept;
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() noexcept {}
};

class async_generator_promise_base {
public:
  std::suspend_always initial_suspend() const noexcept { return {}; }
  async_generator_yield_operation final_suspend() noexcept;
  void unhandled_exception() noexcept;
  void return_void() noexcept {}
};

class async_generator_advance_operation {
public:
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
};

template <class T>
class async_generator_promise final : public async_generator_promise_base {
public:
  async_generator<T> get_return_object() noexcept;
  async_generator_yield_operation
  yield_value(std::remove_reference_t<T> &) noexcept;
  async_generator_yield_operation
  yield_value(std::remove_reference_t<T> &&) noexcept;
};

template <class T>
class async_generator_increment_operation final
    : public async_generator_advance_operation {
public:
  async_generator_iterator<T> &await_resume();
};

template <class T>
class async_generator_begin_operation final
    : public async_generator_advance_operation {
public:
  async_generator_iterator<T> await_resume();
};

template <class T> class async_generator_iterator final {
public:
  using iterator_category = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::remove_reference_t<T>;
  using reference = std::add_lvalue_reference_t<T>;
  using pointer = std::add_pointer_t<value_type>;
  async_generator_iterator(std::nullptr_t) noexcept {}
  async_generator_increment_operation<T> operator++() noexcept;
  reference operator*() const noexcept;
  pointer operator->() const noexcept;
  bool operator==(const async_generator_iterator &) const noexcept;
  bool operator!=(const async_generator_iterator &) const noexcept;
};
} // namespace detail

template <class T> class [[nodiscard]] async_generator {
public:
  using promise_type = detail::async_generator_promise<T>;
  using iterator = detail::async_generator_iterator<T>;
  async_generator() noexcept;
  async_generator(async_generator &&) noexcept;
  async_generator &operator=(async_generator &&) noexcept;
  ~async_generator();
  auto begin() noexcept { return detail::async_generator_begin_operation<T>{}; }
  auto end() noexcept { return iterator{nullptr}; }
};
} // namespace cppcoro
