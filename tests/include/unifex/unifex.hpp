// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of libunifex's task, range_stream, next, cleanup
// and sync_wait; not libunifex's code.
#pragma once
#include <coroutine>
#include <optional>
#include <type_traits>

namespace unifex {
namespace _task {
template <class T> struct _awaiter {
  bool await_ready() noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class T, bool nothrow> struct _task {
  struct [[nodiscard]] type;
};
struct _promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
};
template <class T> struct _return : _promise_base {
  template <class U> void return_value(U &&);
};
template <> struct _return<void> : _promise_base {
  void return_void() noexcept {}
};
template <class T, bool nothrow> struct [[nodiscard]] _task<T, nothrow>::type {
  struct promise_type : _return<T> {
    type get_return_object() noexcept;
    template <class U> U &&await_transform(U &&Value) {
      return static_cast<U &&>(Value);
    }
  };
  type(type &&) noexcept;
  ~type();
  _awaiter<T> operator co_await() && noexcept;
};
} // namespace _task
template <class T> using task = typename _task::_task<T, false>::type;

template <class T> struct [[nodiscard]] sender {
  _task::_awaiter<T> operator co_await() && noexcept;
};

namespace _range {
struct stream {
  sender<int> next() noexcept;
  sender<void> cleanup() noexcept;
};
} // namespace _range
using range_stream = _range::stream;

namespace _type_erased {
template <class... Ts> struct _stream {
  struct type;
};
template <class... Ts> struct _stream<Ts...>::type {
  type(type &&) noexcept;
  ~type();
  sender<int> next() noexcept;
  sender<void> cleanup() noexcept;
};
} // namespace _type_erased
template <class... Ts>
using type_erased_stream = typename _type_erased::_stream<Ts...>::type;

namespace _streams {
struct _next_fn {
  template <class Stream> auto operator()(Stream &S) const noexcept {
    return S.next();
  }
};
struct _cleanup_fn {
  template <class Stream> auto operator()(Stream &S) const noexcept {
    return S.cleanup();
  }
};
} // namespace _streams
inline constexpr _streams::_next_fn next{};
inline constexpr _streams::_cleanup_fn cleanup{};

namespace _done_as_opt::_cpo {
struct _bound {
  template <class T> friend sender<std::optional<T>> operator|(sender<T>, _bound);
};
inline const struct _fn {
  template <class T> sender<std::optional<T>> operator()(sender<T>) const;
  constexpr _bound operator()() const { return {}; }
} done_as_optional{};
} // namespace _done_as_opt::_cpo
using _done_as_opt::_cpo::done_as_optional;

namespace _sync_wait_cpo {
struct _fn {
  template <class Sender>
  auto operator()(Sender &&) const -> std::optional<int>;
};
} // namespace _sync_wait_cpo
inline constexpr _sync_wait_cpo::_fn sync_wait{};
} // namespace unifex
