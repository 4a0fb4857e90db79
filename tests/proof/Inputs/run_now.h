// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a task that never really suspends, without an event loop.
#pragma once

#include <asynciter/task.h>

#include <coroutine>
#include <cstdlib>
#include <exception>
#include <utility>

struct fire {
  struct promise_type {
    fire get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

inline int run_now(asynciter::task<int> main) {
  int status = EXIT_FAILURE;
  // NOLINTNEXTLINE(asynciter-borrowed-parameter): it is done before the call returns.
  [](asynciter::task<int> body, int &result) -> fire { result = co_await std::move(body); }(std::move(main), status);
  return status;
}
