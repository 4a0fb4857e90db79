// REQUIRES: asio
// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: the loop stood still: no tick for {{[4-9][0-9][0-9]|[0-9][0-9][0-9][0-9]+}} ms
//
// A generator that sleeps stops the whole event loop; one that awaits does not.
#include "Inputs/watchdog.h"

#include <asynciter/async_generator.h>

#include <thread>

asynciter::async_generator<int> readings() {
#ifdef BAD
  // expected-warning@+2 {{`readings` blocks the event loop between items: it calls `std::this_thread::sleep_for`}}
  // expected-note@+1 {{instead, `co_await asynciter::sleep_for(d)`}}
  std::this_thread::sleep_for(500ms);
#else
  // expected-no-diagnostics
  co_await asynciter::sleep_for(500ms);
#endif
  co_yield 1;
}

asynciter::task<void> consume() {
  auto stream = readings();
  while (auto reading = co_await stream.next())
    std::printf("%d\n", *reading);
}

int main() { return watched(consume()); }
