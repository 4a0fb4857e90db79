// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: heap-use-after-free
//
// Where a step's result refers to the item, that is gone with the stream, ...
// RUN: %clang --driver-mode=g++ %flags -DBAD -DCOUNT %s -o %t.turns
// RUN: not-19 timeout 20 %t.turns | FileCheck-19 %s --check-prefix=TURNS
// TURNS: no end after 1000 turns
//
// ... and the loop has no end.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>

asynciter::async_generator<int> numbers(int count) {
  for (int number = 1; number <= count; ++number)
    co_yield number;
}

asynciter::task<int> last(int count) {
  int turns = 0, seen = 0;
#ifdef BAD
  while (auto number = co_await numbers(count).next()) { // expected-warning {{`numbers` creates the stream anew at every turn of this loop}}
#else
  // expected-no-diagnostics
  auto stream = numbers(count);
  while (auto number = co_await stream.next()) {
#endif
#ifndef COUNT
    seen = *number;
#endif
    if (++turns == 1000) {
      std::printf("no end after %d turns\n", turns);
      co_return -1;
    }
  }
  co_return seen;
}

int main() { return run_now(last(3)) == 3 ? 0 : 1; }
