// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of Boost.Cobalt's generator, promise, task and
// run; not Boost's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <optional>
#include <utility>

namespace boost::cobalt {
template <class Yield, class Push = void> struct generator;
template <class T = void> struct promise;
template <class T = void> struct task;
struct executor {};

namespace this_coro {
struct initial_t {};
constexpr initial_t initial{};
} // namespace this_coro

namespace detail {
template <class T> struct awaiter {
  bool await_ready() noexcept;
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P>) noexcept;
  T await_resume();
};

struct promise_base {
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
  template <class U> U &&await_transform(U &&Value) {
    return static_cast<U &&>(Value);
  }
  std::suspend_never await_transform(this_coro::initial_t) noexcept {
    return {};
  }
};

template <class Yield, class Push> struct generator_receiver {
  struct awaitable {
    bool await_ready();
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P>);
    Yield await_resume();
  };
  std::optional<Yield> result;
  bool done = false;
};

template <class Yield, class Push> struct generator_base {
  typename generator_receiver<Yield, Push>::awaitable operator()(Push &&);
  typename generator_receiver<Yield, Push>::awaitable operator()(const Push &);
};
template <class Yield> struct generator_base<Yield, void> {
  typename generator_receiver<Yield, void>::awaitable operator co_await();
};

template <class Yield, class Push> struct generator_promise : promise_base {
  generator<Yield, Push> get_return_object();
  awaiter<Push> yield_value(Yield);
  void return_value(const Yield &);
};

template <class T> struct promise_promise : promise_base {
  promise<T> get_return_object();
  template <class U> void return_value(U &&);
};
template <> struct promise_promise<void> : promise_base {
  promise<void> get_return_object();
  void return_void() {}
};
template <class T> struct task_promise : promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  task<T> get_return_object();
  template <class U> void return_value(U &&);
};
template <> struct task_promise<void> : promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  task<void> get_return_object();
  void return_void() {}
};
} // namespace detail

template <class Yield, class Push>
struct [[nodiscard]] generator : detail::generator_base<Yield, Push> {
  using promise_type = detail::generator_promise<Yield, Push>;
  generator(generator &&) noexcept;
  generator &operator=(generator &&) noexcept;
  explicit operator bool() const;
  void cancel();
  bool ready() const;
  Yield get();
  ~generator();

private:
  detail::generator_receiver<Yield, Push> receiver_;
};

template <class T> struct [[nodiscard]] promise {
  using promise_type = detail::promise_promise<T>;
  promise(promise &&) noexcept;
  ~promise();
  void cancel();
  bool ready() const;
  T get();
  void attach();
  void detach();
  detail::awaiter<T> operator co_await();
  void operator+() &&;
};

template <class T> struct [[nodiscard]] task {
  using promise_type = detail::task_promise<T>;
  task(task &&) noexcept;
  ~task();
  detail::awaiter<T> operator co_await();
};

template <class T> struct channel_reader;
template <class T> struct channel {
  explicit channel(std::size_t limit = 0);
  channel(channel &&) noexcept = delete;
  bool is_open() const;
  void close();
  [[nodiscard]] detail::awaiter<T> read();
  template <class U> [[nodiscard]] detail::awaiter<void> write(U &&);
};
template <class T> struct channel_reader {
  channel_reader(channel<T> &);
  detail::awaiter<T> operator co_await();
  explicit operator bool() const;
};

struct use_op_t {};
constexpr use_op_t use_op{};
struct use_task_t {};
constexpr use_task_t use_task{};

template <class T> T run(task<T>);
template <class... Ops> promise<void> join(Ops &&...);
template <class... Ops> promise<int> race(Ops &&...);
} // namespace boost::cobalt

#define BOOST_COBALT_FOR(Decl, Generator)                                      \
  for (auto &&cobalt_gen_ = (Generator); cobalt_gen_;)                         \
    if (Decl = co_await cobalt_gen_; false) {                                  \
    } else
