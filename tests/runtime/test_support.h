// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tests need to stop a coroutine where they like: something to await that the test completes by
// hand, a consumer that the test owns, and objects that are counted.
#pragma once

#include "asynciter/task.h"

#include <coroutine>
#include <exception>
#include <utility>

namespace test_support {

/// Resumes the one coroutine that awaits it when `set` is called; forgets it when that is destroyed.
class event {
public:
  class awaiter {
  public:
    explicit awaiter(event &event) : event_(event) {}
    awaiter(const awaiter &) = delete;
    awaiter &operator=(const awaiter &) = delete;
    ~awaiter() { event_.waiting_ = nullptr; }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { event_.waiting_ = waiting; }
    void await_resume() const noexcept {}

  private:
    event &event_;
  };

  awaiter operator co_await() noexcept { return awaiter(*this); }
  bool awaited() const { return waiting_ != nullptr; }
  void set() { std::exchange(waiting_, nullptr).resume(); }

private:
  std::coroutine_handle<> waiting_;
};

/// Runs a task until it first suspends; the object owns the coroutine, which may be destroyed at any
/// suspension.
class running {
public:
  struct promise_type {
    running get_return_object() { return running(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() { error = std::current_exception(); }
    std::exception_ptr error;
  };

  running(running &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  running &operator=(running &&) = delete;
  ~running() {
    if (coroutine_)
      coroutine_.destroy();
  }

  void resume() const { coroutine_.resume(); }

  /// Whether the task has ended; rethrows what ended it.
  bool done() const {
    if (coroutine_.promise().error)
      std::rethrow_exception(coroutine_.promise().error);
    return coroutine_.done();
  }

private:
  explicit running(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  std::coroutine_handle<promise_type> coroutine_;
};

inline running await(asynciter::task<void> body) { co_await std::move(body); }

inline running start(asynciter::task<void> body) {
  auto result = await(std::move(body));
  result.resume();
  return result;
}

/// Counts the objects alive.
class counted {
public:
  explicit counted(int &alive) : alive_(alive) { ++alive_; }
  counted(const counted &other) : alive_(other.alive_) { ++alive_; }
  counted &operator=(const counted &) = delete;
  ~counted() { --alive_; }

private:
  int &alive_;
};

} // namespace test_support
