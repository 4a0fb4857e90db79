// RUN: %verify %s
//
// Async locks, permits and scopes that are open while the consumer has an item.
#include "stand-ins/async_locks.h"
#include "user_stream.h"
#include <mutex>
#include <optional>
#include <utility>
using app::stream;
using app::task;

task<> tick();
int shared;

stream<int> cppcoro_bad(cppcoro::async_mutex &mutex) {
  auto lock = co_await mutex.scoped_lock_async(); // expected-warning {{the lock `lock` stays open while the consumer of `cppcoro_bad` has an item}}
  co_yield 1; // expected-note {{it is open here, where an item is handed out}}
  co_await tick();
  co_yield 2; // expected-note {{it is open here}}
}
stream<int> folly_bad(folly::coro::Mutex &mutex) {
  std::unique_lock<folly::coro::Mutex> lock = co_await mutex.co_scoped_lock(); // expected-warning {{the lock `lock`}}
  co_yield 1; // expected-note {{open here}}
}
stream<int> libcoro_bad(coro::mutex &mutex) {
  auto lock = co_await mutex.scoped_lock(); // expected-warning {{the lock `lock`}}
  for (int i = 0; i < 3; ++i)
    co_yield i; // expected-note {{open here}}
}
stream<int> bare_bad(cppcoro::async_mutex &mutex) {
  co_await mutex.lock_async(); // expected-warning {{the lock `mutex` stays open}}
  co_yield 1; // expected-note {{open here}}
  mutex.unlock();
}
stream<int> adopted_bad(folly::coro::Mutex &mutex) {
  co_await mutex.co_lock();
  std::unique_lock lock(mutex, std::adopt_lock); // expected-warning {{the lock `lock`}}
  co_yield 1; // expected-note {{open here}}
}
stream<int> permit_bad(coro::semaphore &limit) {
  co_await limit.acquire(); // expected-warning {{the permit `limit` stays open}}
  co_yield 1; // expected-note {{open here}}
  co_await limit.release();
}
stream<int> scope_bad() {
  cppcoro::async_scope scope; // expected-warning {{the task scope `scope` stays open}}
  co_yield 0;
  scope.spawn(tick());
  co_yield 1; // expected-note {{open here}}
  co_await scope.join();
}
stream<int> moved_bad(coro::mutex &mutex) {
  auto lock = co_await mutex.scoped_lock(); // expected-warning {{the lock `lock`}}
  auto kept = std::move(lock);
  co_yield 1; // expected-note {{open here}}
}

// Closed in time, or open only at an await.
stream<int> scope_end_ok(coro::mutex &mutex) {
  int item;
  {
    auto lock = co_await mutex.scoped_lock();
    item = ++shared;
    co_await tick();
  }
  co_yield item;
}
stream<int> unlocked_ok(coro::mutex &mutex) {
  auto lock = co_await mutex.scoped_lock();
  int item = ++shared;
  lock.unlock();
  co_yield item;
}
stream<int> bare_ok(cppcoro::async_mutex &mutex) {
  co_await mutex.lock_async();
  int item = ++shared;
  mutex.unlock();
  co_yield item;
}
stream<int> permit_ok(coro::semaphore &limit) {
  co_await limit.acquire();
  co_await tick();
  co_await limit.release();
  co_yield 1;
}
// Nobody gives it back here: each item is paid for.
stream<int> paid_ok(coro::semaphore &limit) {
  for (;;) {
    co_await limit.acquire();
    co_yield ++shared;
  }
}
stream<int> joined_ok() {
  cppcoro::async_scope scope;
  scope.spawn(tick());
  co_await scope.join();
  co_yield 1;
}
void start(cppcoro::async_scope &);
stream<int> handed_on_ok(cppcoro::async_scope &scope) {
  scope.spawn(tick());
  co_yield 1;
}
stream<int> moved_away_ok(coro::mutex &mutex, task<> (*work)(coro::scoped_lock)) {
  auto lock = co_await mutex.scoped_lock();
  co_await work(std::move(lock));
  co_yield 1;
}
// A task has no consumer, and a sync lock is lock-across-suspension's.
task<> task_ok(coro::mutex &mutex) {
  auto lock = co_await mutex.scoped_lock();
  co_await tick();
}
