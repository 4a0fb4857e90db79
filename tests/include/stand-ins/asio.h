// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of Asio (Boost.Asio with -DSHAPE_BOOST); not
// Asio's code.
#pragma once
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#ifdef SHAPE_BOOST
namespace boost::asio {
#else
namespace asio {
#endif
using error_code = std::error_code;
struct any_io_executor {};
struct mutable_buffer {};
template <class T> mutable_buffer buffer(T &&);

template <class T = void, class Executor = any_io_executor> class awaitable;
template <class Executor = any_io_executor> struct use_awaitable_t {};
constexpr use_awaitable_t<> use_awaitable{};
struct detached_t {};
constexpr detached_t detached{};
struct deferred_t {};
constexpr deferred_t deferred{};
template <class Allocator = void> struct use_future_t {};
constexpr use_future_t<> use_future{};

namespace detail {
template <class T, class Executor> class awaitable_frame_base {
public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
  awaitable<T, Executor> get_return_object() noexcept;
  template <class U> auto await_transform(awaitable<U, Executor> A) const {
    return A;
  }
  template <class Op> auto await_transform(Op &&A) const {
    return static_cast<Op &&>(A);
  }
};
template <class T, class Executor>
class awaitable_frame : public awaitable_frame_base<T, Executor> {
public:
  template <class U> void return_value(U &&);
};
template <class Executor>
class awaitable_frame<void, Executor>
    : public awaitable_frame_base<void, Executor> {
public:
  void return_void() {}
};
} // namespace detail

template <class T, class Executor> class [[nodiscard]] awaitable {
public:
  awaitable(awaitable &&) noexcept;
  ~awaitable();
  bool valid() const noexcept;
  bool await_ready() const noexcept { return false; }
  template <class U> void await_suspend(std::coroutine_handle<U>);
  T await_resume();
};

class io_context {
public:
  std::size_t run();
  std::size_t run_one();
  template <class R, class P>
  std::size_t run_for(const std::chrono::duration<R, P> &);
  std::size_t poll();
  std::size_t poll_one();
  void stop();
};
class thread_pool {
public:
  explicit thread_pool(std::size_t);
  void join();
  void wait();
};
template <class Where, class F> void post(Where &, F &&) {}
template <class Where, class T>
void co_spawn(Where &, awaitable<T>, detached_t);

template <class Clock, class Traits = void, class Executor = any_io_executor>
class basic_waitable_timer {
public:
  explicit basic_waitable_timer(io_context &);
  template <class D> std::size_t expires_after(const D &);
  void wait();
  void wait(error_code &);
  awaitable<void> async_wait(use_awaitable_t<>);
};
using steady_timer = basic_waitable_timer<std::chrono::steady_clock>;

template <class Protocol, class Executor = any_io_executor> class basic_socket {
public:
  template <class E> void connect(const E &);
  bool non_blocking() const;
  void non_blocking(bool);
  std::size_t available() const;
  enum wait_type { wait_read, wait_write };
  void wait(wait_type);
};
template <class Protocol, class Executor = any_io_executor>
class basic_stream_socket : public basic_socket<Protocol, Executor> {
public:
  explicit basic_stream_socket(io_context &);
  template <class B> std::size_t read_some(const B &);
  template <class B> std::size_t read_some(const B &, error_code &);
  template <class B> std::size_t write_some(const B &);
  template <class B> std::size_t receive(const B &);
  template <class B> std::size_t send(const B &);
  template <class B>
  awaitable<std::size_t> async_read_some(const B &, use_awaitable_t<>);
};
template <class Protocol, class Executor = any_io_executor>
class basic_datagram_socket : public basic_socket<Protocol, Executor> {
public:
  explicit basic_datagram_socket(io_context &);
  template <class B> std::size_t receive(const B &);
};
template <class Protocol, class Executor = any_io_executor>
class basic_socket_acceptor {
public:
  explicit basic_socket_acceptor(io_context &);
  basic_stream_socket<Protocol> accept();
  awaitable<basic_stream_socket<Protocol>> async_accept(use_awaitable_t<>);
};
namespace ip {
template <class Protocol> class basic_endpoint {};
template <class Protocol> class basic_resolver_results {};
template <class Protocol, class Executor = any_io_executor>
class basic_resolver {
public:
  explicit basic_resolver(io_context &);
  basic_resolver_results<Protocol> resolve(const char *, const char *);
  awaitable<basic_resolver_results<Protocol>>
  async_resolve(const char *, const char *, use_awaitable_t<>);
};
class tcp {
public:
  using endpoint = basic_endpoint<tcp>;
  using socket = basic_stream_socket<tcp>;
  using acceptor = basic_socket_acceptor<tcp>;
  using resolver = basic_resolver<tcp>;
};
class udp {
public:
  using endpoint = basic_endpoint<udp>;
  using socket = basic_datagram_socket<udp>;
};
} // namespace ip

template <class Stream, class B> std::size_t read(Stream &, const B &);
template <class Stream, class B>
std::size_t read(Stream &, const B &, error_code &);
template <class Stream, class B> std::size_t write(Stream &, const B &);
template <class Stream, class B> std::size_t read_until(Stream &, B &&, char);
template <class Socket, class Results>
auto connect(Socket &, const Results &) -> ip::tcp::endpoint;
template <class Stream, class B>
awaitable<std::size_t> async_read(Stream &, const B &, use_awaitable_t<>);
template <class Stream, class B>
awaitable<std::size_t> async_write(Stream &, const B &, use_awaitable_t<>);

namespace experimental {
template <class Yield, class Return, class Executor = any_io_executor>
struct coro;

namespace detail {
template <class Yield> struct coro_awaitable {
  bool await_ready() const noexcept { return false; }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P>);
  std::optional<Yield> await_resume();
};
template <class Yield, class Return, class Executor> struct coro_promise {
  coro<Yield, Return, Executor> get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
  void return_void() {}
  template <class U> std::suspend_always yield_value(U &&);
  template <class Op> Op &&await_transform(Op &&A) {
    return static_cast<Op &&>(A);
  }
};
} // namespace detail

template <class Yield, class Return, class Executor> struct coro {
  using promise_type = detail::coro_promise<Yield, Return, Executor>;
  coro(coro &&) noexcept;
  coro &operator=(coro &&) noexcept;
  ~coro();
  bool is_open() const noexcept;
  explicit operator bool() const { return is_open(); }
  detail::coro_awaitable<Yield> operator co_await() &;
  detail::coro_awaitable<Yield> operator co_await() &&;
  template <class Token> auto async_resume(Token &&);
};
template <class T, class Executor = any_io_executor>
using generator = coro<T, void, Executor>;

// A coro that only returns. (A coro is awaited in another coro, not in an
// awaitable.)
namespace detail {
struct coro_task_promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
  template <class Op> Op &&await_transform(Op &&A) {
    return static_cast<Op &&>(A);
  }
};
template <class Return, class Executor>
struct coro_task_promise : coro_task_promise_base {
  coro<void(), Return, Executor> get_return_object();
  template <class U> void return_value(U &&);
};
template <class Executor>
struct coro_task_promise<void, Executor> : coro_task_promise_base {
  coro<void(), void, Executor> get_return_object();
  void return_void() {}
};
template <class Return> struct coro_task_awaitable {
  bool await_ready() const noexcept { return false; }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P>);
  Return await_resume();
};
} // namespace detail
template <class Return, class Executor> struct coro<void(), Return, Executor> {
  using promise_type = detail::coro_task_promise<Return, Executor>;
  coro(coro &&) noexcept;
  ~coro();
  bool is_open() const noexcept;
  explicit operator bool() const { return is_open(); }
  detail::coro_task_awaitable<Return> operator co_await() &;
  detail::coro_task_awaitable<Return> operator co_await() &&;
};
template <class T, class Executor = any_io_executor>
using task = coro<void(), T, Executor>;
} // namespace experimental

#ifdef SHAPE_BOOST
} // namespace boost::asio
namespace asio = boost::asio;
template <class T, class E, class... Args>
struct std::coroutine_traits<boost::asio::awaitable<T, E>, Args...> {
  using promise_type = boost::asio::detail::awaitable_frame<T, E>;
};
#else
} // namespace asio
template <class T, class E, class... Args>
struct std::coroutine_traits<asio::awaitable<T, E>, Args...> {
  using promise_type = asio::detail::awaitable_frame<T, E>;
};
#endif
