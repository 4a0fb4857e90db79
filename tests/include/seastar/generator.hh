// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of Seastar's coroutine generator and future; not
// Seastar's code.
#pragma once
#include <coroutine>
#include <functional>
#include <optional>
#include <type_traits>

namespace seastar {
template <class T = void> class future;
namespace internal {
template <class T> class coroutine_traits_base {
public:
  class promise_type {
  public:
    future<T> get_return_object() noexcept;
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept;
    template <class U> void return_value(U &&);
  };
};
template <> class coroutine_traits_base<void> {
public:
  class promise_type {
  public:
    future<void> get_return_object() noexcept;
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept;
    void return_void() noexcept {}
  };
};
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  template <class P> void await_suspend(std::coroutine_handle<P>) noexcept;
  T await_resume();
};
} // namespace internal

template <class T> class [[nodiscard]] future {
public:
  future(future &&) noexcept;
  ~future();
  bool available() const noexcept;
  bool failed() const noexcept;
  T get();
  void wait() noexcept;
  template <class F> future<> then(F &&) noexcept { __builtin_trap(); }
};
template <class T> internal::awaiter<T> operator co_await(future<T>) noexcept;

template <class Duration> future<> sleep(Duration);
template <class... Futures> future<> when_all_succeed(Futures &&...);

namespace coroutine {
// Keeps the closure until the coroutine is done.
template <class F> class lambda {
public:
  explicit lambda(F &&) {}
  template <class... Args> future<> operator()(Args &&...) const;
};
} // namespace coroutine

namespace coroutine::experimental {
namespace internal::unbuffered {
template <class T>
using value_t = std::conditional_t<
    std::is_reference_v<T>,
    std::optional<std::reference_wrapper<std::remove_reference_t<T>>>,
    std::optional<T>>;

template <class Ref, class Value = void> class generator {
public:
  class promise_type {
  public:
    generator get_return_object() noexcept;
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    template <class U> std::suspend_always yield_value(U &&) noexcept;
    void return_void() noexcept {}
    void unhandled_exception() noexcept;
  };
  struct next_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P>) noexcept;
    value_t<Ref> await_resume();
  };
  generator(generator &&) noexcept;
  generator &operator=(generator &&) noexcept;
  ~generator();
  next_awaiter operator()() noexcept;
};
} // namespace internal::unbuffered
template <class Ref, class Value = void>
using generator = internal::unbuffered::generator<Ref, Value>;
} // namespace coroutine::experimental
} // namespace seastar

template <class T, class... Args>
struct std::coroutine_traits<seastar::future<T>, Args...>
    : seastar::internal::coroutine_traits_base<T> {};
