// REQUIRES: asio
// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good | FileCheck-19 %s --check-prefix=GOOD
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// GOOD: changed 3 rows
// CHECK: nobody goes on
//
// The generator keeps an awaited lock while the consumer has the row; the
// consumer, who changes it, awaits the same lock. No thread is blocked, and
// nobody goes on.
#include <asynciter/asio.h>
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <chrono>
#include <coroutine>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <utility>

using namespace std::chrono_literals;

/// A lock that is awaited, for coroutines of one thread.
class async_mutex {
public:
  class guard {
  public:
    explicit guard(async_mutex &of) : mutex(&of) {}
    guard(guard &&other) noexcept : mutex(std::exchange(other.mutex, nullptr)) {}
    ~guard() {
      if (mutex)
        mutex->unlock();
    }

  private:
    async_mutex *mutex;
  };
  struct locking {
    async_mutex &mutex;
    bool await_ready() const noexcept { return !std::exchange(mutex.locked, true); }
    void await_suspend(std::coroutine_handle<> waiter) { mutex.waiters.push_back(waiter); }
    guard await_resume() { return guard(mutex); }
  };
  locking lock() { return {*this}; }
  void unlock() {
    if (waiters.empty()) {
      locked = false;
      return;
    }
    const std::coroutine_handle<> next = waiters.front();
    waiters.pop_front();
    next.resume();
  }

private:
  bool locked = false;
  std::deque<std::coroutine_handle<>> waiters;
};

struct table {
  async_mutex mutex;
  int rows[3] = {1, 2, 3};
};

asynciter::async_generator<int> rows(table &of) {
#ifdef BAD
  auto lock = co_await of.mutex.lock(); // expected-warning {{the lock `lock` stays open while the consumer of `rows` has an item}}
  for (int row : of.rows)
    co_yield row; // expected-note {{it is open here}}
#else
  // expected-no-diagnostics
  for (int at = 0; at < 3; ++at) {
    int row;
    {
      auto lock = co_await of.mutex.lock();
      row = of.rows[at];
    }
    co_yield row;
  }
#endif
}

asynciter::task<void> change_all(table &of) {
  int changed = 0;
  auto all = rows(of);
  while (auto row = co_await all.next()) {
    auto lock = co_await of.mutex.lock();
    of.rows[changed] = *row + 1;
    ++changed;
  }
  std::printf("changed %d rows\n", changed);
  std::fflush(stdout);
  std::_Exit(EXIT_SUCCESS);
}

asynciter::task<void> watch(table &of) {
  asynciter::spawn(asynciter::current_executor(), change_all(of));
  co_await asynciter::sleep_for(500ms);
  std::printf("nobody goes on\n");
  std::fflush(stdout);
  std::_Exit(EXIT_FAILURE);
}

int main() {
  table all;
  asynciter::run(watch(all));
}
