// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of FoundationDB's Future, FutureStream and
// AsyncGenerator, whose end is the error end_of_stream; not FoundationDB's code.
#pragma once
#include <coroutine>

class Error {
public:
  int code() const;
};
constexpr int error_code_end_of_stream = 1;
constexpr int error_code_operation_cancelled = 2;
Error end_of_stream();

template <class T> class Future;
template <class T> class FutureStream {
public:
  FutureStream(const FutureStream &);
};
template <class T> class AsyncGenerator {
public:
  AsyncGenerator(AsyncGenerator &&) noexcept;
  ~AsyncGenerator();
  Future<T> operator()();
  explicit operator bool();
};

namespace coro {
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
struct promise_base {
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
  template <class T> awaiter<T> await_transform(const Future<T> &);
  template <class T> awaiter<T> await_transform(const FutureStream<T> &);
};
template <class T> struct promise : promise_base {
  Future<T> get_return_object();
  void return_value(const T &);
};
template <> struct promise<void> : promise_base {
  Future<void> get_return_object();
  void return_void();
};
template <class T> struct generator_promise : promise_base {
  AsyncGenerator<T> get_return_object();
  std::suspend_always yield_value(const T &);
  void return_void();
};
} // namespace coro

template <class T> class [[nodiscard]] Future {
public:
  Future(const Future &);
  ~Future();
  bool isReady() const;
  const T &get() const;
};
template <> class [[nodiscard]] Future<void> {
public:
  Future(const Future &);
  ~Future();
};

template <class T, class... Arguments> struct std::coroutine_traits<Future<T>, Arguments...> {
  using promise_type = coro::promise<T>;
};
template <class T, class... Arguments> struct std::coroutine_traits<AsyncGenerator<T>, Arguments...> {
  using promise_type = coro::generator_promise<T>;
};
