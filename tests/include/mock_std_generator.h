// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of std::generator (C++23), which libstdc++ 12
// lacks; not the standard library's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <iterator>
#include <type_traits>

#if __has_include(<generator>) && __cplusplus > 202002L
#include <generator>
#else
namespace std {
template <class Ref, class V = void, class Allocator = void> class generator {
public:
  class promise_type {
  public:
    generator get_return_object() noexcept;
    suspend_always initial_suspend() const noexcept { return {}; }
    suspend_always final_suspend() noexcept { return {}; }
    template <class U> suspend_always yield_value(U &&) noexcept;
    void await_transform() = delete;
    void return_void() const noexcept {}
    void unhandled_exception();
  };
  class iterator {
  public:
    using value_type = remove_cvref_t<Ref>;
    using difference_type = ptrdiff_t;
    iterator(iterator &&) noexcept;
    iterator &operator=(iterator &&) noexcept;
    Ref operator*() const noexcept;
    iterator &operator++();
    void operator++(int);
    friend bool operator==(const iterator &, default_sentinel_t) {
      return true;
    }
  };
  generator(generator &&) noexcept;
  generator &operator=(generator) noexcept;
  ~generator();
  iterator begin();
  default_sentinel_t end() const noexcept { return default_sentinel; }
};
} // namespace std
#endif
