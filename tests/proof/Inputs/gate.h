// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Something to wait for that somebody else opens.
#pragma once

#include <coroutine>
#include <utility>

struct gate {
  std::coroutine_handle<> waiting;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> who) noexcept { waiting = who; }
  void await_resume() const noexcept {}
  void open() {
    if (auto who = std::exchange(waiting, {}))
      who.resume();
  }
};
