// REQUIRES: asio
// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good | FileCheck-19 %s --check-prefix=GOOD
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// GOOD: both are done
// CHECK: the mutex is locked by a coroutine that waits
//
// Two tasks of one thread, and a mutex that the first one holds while it waits.
// The second one wants it, and the thread stops: nobody resumes the first. (The
// second one tries for half a second, so that the test ends.)
#include <asynciter/asio.h>
#include <asynciter/task.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>

using namespace std::chrono_literals;

std::timed_mutex guard;
int total = 0;

asynciter::task<void> add_slowly() {
#ifdef BAD
  std::lock_guard lock(guard); // expected-warning {{`lock` holds `guard` while `add_slowly` is suspended}} expected-note {{release it before}}
  co_await asynciter::sleep_for(50ms); // expected-note {{`sleep_for` is awaited}}
  ++total;
#else
  // expected-no-diagnostics
  co_await asynciter::sleep_for(50ms);
  std::lock_guard lock(guard);
  ++total;
#endif
}

void add_at_once() {
  if (!guard.try_lock_for(500ms)) {
    std::printf("the mutex is locked by a coroutine that waits for this thread\n");
    std::fflush(stdout);
    std::_Exit(EXIT_FAILURE);
  }
  ++total;
  guard.unlock();
}

asynciter::task<void> both() {
  asynciter::spawn(asynciter::current_executor(), add_slowly());
  co_await asynciter::sleep_for(10ms);
  add_at_once();
  co_await asynciter::sleep_for(100ms);
}

int main() {
  asynciter::run(both());
  std::printf(total == 2 ? "both are done\n" : "one is missing\n");
  return total == 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}
