// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Coroutine types by hand, as many a project has them: a lazy task, a sync generator, and a loop with timers.
#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace app {

template <class T> class [[nodiscard]] task;

namespace detail {

struct promise_base {
  std::coroutine_handle<> waiting = std::noop_coroutine();
  std::exception_ptr failed;

  std::suspend_always initial_suspend() noexcept { return {}; }
  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      return ended.promise().waiting;
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { failed = std::current_exception(); }
};

template <class T> struct promise : promise_base {
  std::optional<T> value;
  task<T> get_return_object();
  template <class U> void return_value(U &&from) { value.emplace(std::forward<U>(from)); }
  T take() {
    if (failed)
      std::rethrow_exception(failed);
    return std::move(*value);
  }
};

template <> struct promise<void> : promise_base {
  task<void> get_return_object();
  void return_void() {}
  void take() const {
    if (failed)
      std::rethrow_exception(failed);
  }
};

} // namespace detail

/// Runs when it is awaited.
template <class T = void> class [[nodiscard]] task {
public:
  using promise_type = detail::promise<T>;
  explicit task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  task(task &&other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task &operator=(task &&) = delete;
  ~task() {
    if (frame_)
      frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> who) noexcept {
    frame_.promise().waiting = who;
    return frame_;
  }
  T await_resume() { return frame_.promise().take(); }

  void start() { frame_.resume(); }
  bool done() const { return frame_.done(); }

private:
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {
template <class T> task<T> promise<T>::get_return_object() {
  return task<T>(std::coroutine_handle<promise>::from_promise(*this));
}
inline task<void> promise<void>::get_return_object() {
  return task<void>(std::coroutine_handle<promise>::from_promise(*this));
}
} // namespace detail

/// A sync range whose items are made one at a time.
template <class T> class generator {
public:
  struct promise_type {
    const T *item = nullptr;
    std::exception_ptr failed;
    generator get_return_object() {
      return generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(const T &one) noexcept {
      item = std::addressof(one);
      return {};
    }
    void return_void() {}
    void unhandled_exception() { failed = std::current_exception(); }
  };

  class iterator {
  public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    explicit iterator(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
    const T &operator*() const { return *frame_.promise().item; }
    iterator &operator++() {
      frame_.resume();
      if (frame_.promise().failed)
        std::rethrow_exception(frame_.promise().failed);
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return frame_.done(); }

  private:
    std::coroutine_handle<promise_type> frame_;
  };

  explicit generator(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  generator(generator &&other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  generator &operator=(generator &&) = delete;
  ~generator() {
    if (frame_)
      frame_.destroy();
  }
  iterator begin() { return ++iterator(frame_); }
  std::default_sentinel_t end() const { return {}; }

private:
  std::coroutine_handle<promise_type> frame_;
};

/// Time as the loop sees it: it does not pass, but jumps to the next timer.
class loop {
public:
  using time = std::chrono::milliseconds;

  struct sleep {
    loop &on;
    time until;
    bool await_ready() const noexcept { return until <= on.now_; }
    void await_suspend(std::coroutine_handle<> who) { on.timers_.push({until, on.count_++, who}); }
    void await_resume() const noexcept {}
  };

  sleep after(time how_long) { return {*this, now_ + how_long}; }
  time now() const { return now_; }

  void run() {
    while (!timers_.empty()) {
      const timer first = timers_.top();
      timers_.pop();
      now_ = first.due;
      first.who.resume();
    }
  }

private:
  struct timer {
    time due;
    unsigned number;
    std::coroutine_handle<> who;
    bool operator<(const timer &other) const {
      return std::pair(other.due, other.number) < std::pair(due, number);
    }
  };
  std::priority_queue<timer> timers_;
  time now_{0};
  unsigned count_ = 0;
};

} // namespace app
