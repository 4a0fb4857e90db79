// RUN: %verify %s
//
// Locks that are awaited belong to the coroutine, and may be kept; and awaits
// that never stop anybody.
#include "stand-ins/async_locks.h"
#include "user_stream.h"
#include <coroutine>
#include <mutex>
#include <optional>
using app::stream;
using app::task;
// expected-note@* 0+ {{release it before, or}}

std::mutex m;
int shared;
task<> tick();

task<> cppcoro_ok(cppcoro::async_mutex &mutex) {
  auto lock = co_await mutex.scoped_lock_async();
  co_await tick();
}
task<> cppcoro_bare_ok(cppcoro::async_mutex &mutex) {
  co_await mutex.lock_async();
  co_await tick();
  mutex.unlock();
}
task<> folly_ok(folly::coro::Mutex &mutex) {
  std::unique_lock<folly::coro::Mutex> lock = co_await mutex.co_scoped_lock();
  co_await tick();
}
task<> folly_adopted_ok(folly::coro::Mutex &mutex) {
  co_await mutex.co_lock();
  std::unique_lock lock(mutex, std::adopt_lock);
  co_await tick();
}
task<> folly_tried_ok(folly::coro::Mutex &mutex) {
  std::unique_lock lock(mutex, std::try_to_lock);
  if (lock)
    co_await tick();
}
task<> libcoro_ok(coro::mutex &mutex) {
  auto lock = co_await mutex.scoped_lock();
  co_await tick();
}
task<> libcoro_bare_ok(coro::mutex &mutex) {
  co_await mutex.lock();
  co_await tick();
  mutex.unlock();
}
task<> parameter_ok(std::unique_lock<folly::coro::Mutex> lock) { co_await tick(); }

// Has both ways, as a mutex for fibers and coroutines.
struct both_ways {
  void lock();
  void unlock();
  bool try_lock();
  task<> co_lock();
};
task<> both_ways_ok(both_ways &mutex) {
  mutex.lock();
  co_await tick();
  mutex.unlock();
  std::lock_guard lock(mutex);
  co_await tick();
}
task<std::unique_lock<std::mutex>> delivered();
task<> delivered_ok() {
  auto lock = co_await delivered();
  co_await tick();
}

// No suspension at all.
struct immediate {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return 1; }
};
struct own_handle {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h) noexcept {
    handle = h;
    return false;
  }
  std::coroutine_handle<> await_resume() const noexcept { return handle; }
  std::coroutine_handle<> handle;
};
struct symmetric {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> h) noexcept { return h; }
  void await_resume() const noexcept {}
};
struct sometimes {
  bool await_ready() const noexcept { return shared > 1; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};
task<> never_suspends_ok() {
  std::lock_guard lock(m);
  co_await std::suspend_never();
  co_await immediate();
  co_await own_handle();
  co_await symmetric();
}
task<> sometimes_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m`}}
  co_await sometimes(); // expected-note {{held here, where `sometimes` is awaited}}
}
task<> always_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m`}}
  co_await std::suspend_always(); // expected-note {{held here}}
}

// A coroutine that only leaves early: nobody resumes it.
struct maybe {
  struct promise_type {
    maybe get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void return_value(int);
    void unhandled_exception();
  };
  explicit operator bool() const;
  int operator*() const;
  int value() const;
};
struct unwrap {
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<>) const;
  int await_resume() const;
};
maybe leaves_early_ok() {
  std::lock_guard lock(m);
  co_return co_await unwrap();
}

// Another function's suspensions, and this one's after a nested function.
task<> nested_ok() {
  std::lock_guard lock(m);
  auto later = []() -> task<> { co_await tick(); };
  ++shared;
  (void)later;
  co_return;
}
task<> nested_bad() {
  auto work = []() -> task<> {
    std::lock_guard lock(m); // expected-warning {{`lock` holds `m` while `the lambda` is suspended}}
    co_await tick(); // expected-note {{held here}}
  };
  co_await work();
}
