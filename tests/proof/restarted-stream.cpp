// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: 0 of 3 numbers were printed
//
// The second loop over a stream does nothing here. With other libraries it
// resumes a coroutine that has finished.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>

asynciter::async_generator<int> numbers() {
  for (int number = 1; number <= 3; ++number)
    co_yield number;
}

asynciter::task<int> print() {
  int count = 0, printed = 0;
  auto stream = numbers();
#ifdef BAD
  for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it) // expected-note 2 {{}}
    ++count;
  for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it) // expected-warning {{`stream` is begun again after its end}}
    ++printed;
#else
  // expected-no-diagnostics
  for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it)
    ++count;
  auto again = numbers();
  for (auto it = co_await again.begin(); it != again.end(); co_await ++it)
    ++printed;
#endif
  std::printf("%d of %d numbers were printed\n", printed, count);
  co_return printed == count ? 0 : 1;
}

int main() { return run_now(print()); }
