// RUN: %verify --rules=thread-bound-across-suspension -DBAD %s
// RUN: %verify --rules=thread-bound-across-suspension %s
// RUN: %clang --driver-mode=g++ %flags -pthread -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: timeout 20 not-19 %t.bad | FileCheck-19 %s
// CHECK: counted on another thread
//
// A counter of each thread, of which a coroutine takes the address before it goes
// on elsewhere.
#include "Inputs/run_now.h"

#include <asynciter/task.h>

#include <coroutine>
#include <cstdio>
#include <thread>

thread_local int entered = 0;

/// Goes on on a thread of its own, which the one that awaits waits for.
struct on_another_thread {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const {
    std::thread([waiting] { waiting.resume(); }).join();
  }
  void await_resume() const noexcept {}
};

asynciter::task<int> count() {
#ifdef BAD
  int &mine = entered;             // expected-note {{it is taken from the thread here}}
  co_await on_another_thread();    // expected-note {{the coroutine may go on on another thread here}}
  ++mine;                          // expected-warning {{`mine` belongs to the thread that ran before the suspension}}
#else
  // expected-no-diagnostics
  co_await on_another_thread();
  ++entered;
#endif
  if (entered != 1)
    std::printf("counted on another thread\n");
  co_return entered == 1 ? 0 : 1;
}

int main() { return run_now(count()); }
