// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of cppcoro's generator; not cppcoro's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace cppcoro {
template <class T> class generator;

namespace detail {
template <class T> class generator_promise {
public:
  generator<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() const { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  std::suspend_always yield_value(std::remove_reference_t<T> &) noexcept;
  std::suspend_always yield_value(std::remove_reference_t<T> &&) noexcept;
  void unhandled_exception();
  void return_void() {}
  template <class U> std::suspend_never await_transform(U &&) = delete;
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
  bool operator!=(generator_sentinel) const noexcept;
  generator_iterator &operator++();
  void operator++(int);
  reference operator*() const noexcept;
};
} // namespace detail

template <class T> class [[nodiscard]] generator {
public:
  using promise_type = detail::generator_promise<T>;
  using iterator = detail::generator_iterator<T>;
  generator() noexcept;
  generator(generator &&) noexcept;
  ~generator();
  iterator begin();
  detail::generator_sentinel end() noexcept { return {}; }
};
} // namespace cppcoro
