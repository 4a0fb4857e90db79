// RUN: %verify %s
//
// The threads of a pool are there to be blocked: by a coroutine that is handed
// to one by the call that creates it, or that has moved there.
#include "user_stream.h"
#include <concurrencpp/concurrencpp.h>
#include <cppcoro/sync_wait.hpp>
#include <cppcoro/task.hpp>
#include <unistd.h>

namespace cppcoro {
template <class Work> task<> schedule_on(static_thread_pool &, Work) { co_return; }
template <class Work> task<> invoke(Work) { co_return; }
struct handle {
  handle(static_thread_pool *);
};
template <class Work> task<> with_handle(handle, Work) { co_return; }
} // namespace cppcoro

using app::task;

task<> handed_ok() {
  ::sleep(1);
  co_return;
}
task<> awaited_bad() {
  ::sleep(1); // expected-warning {{`awaited_bad` blocks its thread}} expected-note {{instead}}
  co_return;
}
// One call keeps it on the loop.
task<> handed_and_awaited_bad() {
  ::sleep(1); // expected-warning {{blocks its thread}} expected-note {{instead}}
  co_return;
}
task<> hand_over(cppcoro::static_thread_pool &pool) {
  co_await cppcoro::schedule_on(pool, handed_ok());
  co_await cppcoro::schedule_on(pool, handed_and_awaited_bad());
  co_await cppcoro::schedule_on(pool, []() -> task<> {
    ::sleep(1);
    co_return;
  });
  // A task that only runs the callable.
  co_await cppcoro::schedule_on(pool, cppcoro::invoke([]() -> task<> {
    ::sleep(1);
    co_return;
  }));
  // By a handle that the pool converts to.
  co_await cppcoro::with_handle(&pool, []() -> task<> {
    ::sleep(1);
    co_return;
  });
  co_await cppcoro::invoke([]() -> task<> {
    ::sleep(1); // expected-warning {{`the lambda` blocks its thread}} expected-note {{instead}}
    co_return;
  });
  co_await awaited_bad();
  co_await handed_and_awaited_bad();
  ::sleep(1); // expected-warning {{`hand_over` blocks its thread}} expected-note {{instead}}
}
task<> moved(cppcoro::static_thread_pool &pool) {
  ::sleep(1); // expected-warning {{`moved` blocks its thread}} expected-note {{instead}}
  co_await pool.schedule();
  ::sleep(1);
}
// A parameter says so.
task<> tagged_ok(concurrencpp::executor_tag, concurrencpp::thread_pool_executor &) {
  ::sleep(1);
  co_return;
}
task<> untagged_bad(concurrencpp::thread_pool_executor &) {
  ::sleep(1); // expected-warning {{`untagged_bad` blocks its thread}} expected-note {{instead}}
  co_return;
}
