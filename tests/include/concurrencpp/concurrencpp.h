// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of concurrencpp's result, lazy_result and
// generator; not concurrencpp's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>

namespace concurrencpp {
template <class T> class result;
template <class T> class lazy_result;
enum class result_status { idle, value, exception };

namespace details {
template <class T> struct awaitable {
  bool await_ready() const noexcept;
  bool await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class Result, class T> struct promise {
  Result get_return_object();
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
  template <class U> void return_value(U &&);
};
template <class Result> struct promise<Result, void> {
  Result get_return_object();
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
  void return_void() noexcept {}
};
} // namespace details

template <class T> class result {
public:
  using promise_type = details::promise<result, T>;
  result() noexcept;
  result(result &&) noexcept;
  ~result() noexcept;
  explicit operator bool() const noexcept;
  result_status status() const;
  void wait() const;
  template <class D> result_status wait_for(D) const;
  T get();
  details::awaitable<T> operator co_await();
};
template <class T> class lazy_result {
public:
  using promise_type = details::promise<lazy_result, T>;
  lazy_result(lazy_result &&) noexcept;
  ~lazy_result() noexcept;
  result<T> run();
  details::awaitable<T> operator co_await();
};

namespace details {
template <class T> class generator_promise;
struct generator_end_iterator {};
template <class T> class generator_iterator {
public:
  using iterator_category = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::remove_reference_t<T>;
  using reference = value_type &;
  using pointer = value_type *;
  friend bool operator==(const generator_iterator &,
                         const generator_end_iterator &) noexcept {
    return true;
  }
  friend bool operator!=(const generator_iterator &,
                         const generator_end_iterator &) noexcept {
    return false;
  }
  generator_iterator &operator++();
  reference operator*() const noexcept;
};
} // namespace details
template <class T> class generator {
public:
  using promise_type = details::generator_promise<T>;
  generator(generator &&) noexcept;
  ~generator() noexcept;
  details::generator_iterator<T> begin();
  static details::generator_end_iterator end() noexcept { return {}; }
};
namespace details {
template <class T> class generator_promise {
public:
  generator<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  std::suspend_always yield_value(std::remove_reference_t<T> &) noexcept;
  std::suspend_always yield_value(std::remove_reference_t<T> &&) noexcept;
  void unhandled_exception() noexcept;
  void return_void() const noexcept {}
};
} // namespace details

struct executor_tag {};
class thread_pool_executor {
public:
  template <class F> void post(F &&) {}
  template <class F> auto submit(F &&) -> result<int> { return result<int>(); }
};
details::awaitable<void> resume_on(std::shared_ptr<thread_pool_executor>);
} // namespace concurrencpp
