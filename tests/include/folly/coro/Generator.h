// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of folly::coro::Generator (synchronous); not
// folly's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace folly::coro {
template <class Reference> class Generator {
public:
  class promise_type {
  public:
    Generator get_return_object() noexcept;
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(Reference &&) noexcept;
    template <class U> std::suspend_always yield_value(U &&) noexcept;
    void unhandled_exception() noexcept;
    void return_void() noexcept {}
    template <class U> void await_transform(U &&) = delete;
  };
  struct sentinel {};
  class iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = std::remove_cvref_t<Reference>;
    using reference = Reference;
    using pointer = std::add_pointer_t<Reference>;
    bool operator==(sentinel) const noexcept;
    bool operator!=(sentinel) const noexcept;
    iterator &operator++();
    reference operator*() const;
  };
  Generator(Generator &&) noexcept;
  ~Generator();
  iterator begin();
  sentinel end() noexcept { return {}; }
};
} // namespace folly::coro
