// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What all contestants have in common: how a coroutine is started from outside, and the event loop.
#pragma once

#include "registry.h"

#include <coroutine>
#include <exception>
#include <utility>

namespace bench {

/// The event loop: standalone Asio, one thread. It is behind two functions so that all contestants run the
/// same machine code of it.
void resume_in_loop(std::coroutine_handle<> waiting);
void run_loop();

/// `co_await hop()` goes once through the loop: a thin awaiter over asio::post.
struct hop {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const { resume_in_loop(waiting); }
  void await_resume() const noexcept {}
};

/// A coroutine that runs at once and belongs to nobody.
struct detached {
  struct promise_type {
    detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

template <class Task> detached await_into(Task task, result &to) { to = co_await std::move(task); }

/// Runs a task that gives a `result` and never waits.
template <class Task> result drive(Task task) {
  result sum = 0;
  await_into(std::move(task), sum);
  return sum;
}

/// Runs a task that gives a `result` and waits for the loop.
template <class Task> result drive_on_loop(Task task) {
  result sum = 0;
  await_into(std::move(task), sum);
  run_loop();
  return sum;
}

} // namespace bench
