// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of cppcoro's sync_wait, when_all, io_service and
// static_thread_pool; not cppcoro's code.
#pragma once
#include <coroutine>
#include <cppcoro/task.hpp>

namespace cppcoro {
template <class Awaitable> auto sync_wait(Awaitable &&) -> int;
template <class... Awaitables> task<> when_all(Awaitables &&...);

class io_service {
public:
  class schedule_operation {
  public:
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  class timed_schedule_operation : public schedule_operation {};
  schedule_operation schedule() noexcept;
  template <class Duration>
  timed_schedule_operation schedule_after(const Duration &) noexcept;
  unsigned long process_events();
  unsigned long process_one_event();
  unsigned long process_pending_events();
};

class static_thread_pool {
public:
  io_service::schedule_operation schedule() noexcept;
};
} // namespace cppcoro
