// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -Wno-unused -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: 1000 turns, and the item is still 1
//
// A loop that does not await its step goes round for ever on the first item.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>

asynciter::async_generator<int> numbers() {
  for (int number = 1; number <= 3; ++number)
    co_yield number;
}

asynciter::task<int> consume() {
  auto stream = numbers();
  int turns = 0, sum = 0;
#ifdef BAD
  for (auto it = co_await stream.begin(); it != stream.end(); ++it) { // expected-warning {{never awaited}}
#else
  // expected-no-diagnostics
  for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it) {
#endif
    sum += *it;
    if (++turns == 1000) {
      std::printf("1000 turns, and the item is still %d\n", *it);
      co_return 1;
    }
  }
  co_return sum == 6 ? 0 : 2;
}

int main() { return run_now(consume()); }
