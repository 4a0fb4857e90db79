// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
//
// With assertions the read of an end is found where it happens ...
// RUN: %clang --driver-mode=g++ %flags -DBAD %s -o %t.asserts
// RUN: timeout 20 not-19 --crash %t.asserts 2>&1 | FileCheck-19 %s --check-prefix=ASSERTS
// ASSERTS: an item was read from a step that said end
//
// ... and without them it is undefined behaviour.
// RUN: %clang --driver-mode=g++ %flags -DNDEBUG -fsanitize=undefined -fno-sanitize-recover=all -DBAD %s -o %t.release
// RUN: timeout 20 not-19 %t.release 2>&1 | FileCheck-19 %s --check-prefix=RELEASE
// RELEASE: runtime error: reference binding to null pointer
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

asynciter::async_generator<int> numbers(int count) {
  for (int number = 1; number <= count; ++number)
    co_yield number;
}

// The largest one; 0 when there is none.
asynciter::task<int> largest(int count) {
  auto stream = numbers(count);
#ifdef BAD
  auto first = co_await stream.next(); // expected-note {{the step is here}}
  int found = *first;                  // expected-warning {{`first` is read without a test for end}}
#else
  // expected-no-diagnostics
  auto first = co_await stream.next();
  int found = first ? *first : 0;
#endif
  while (auto number = co_await stream.next())
    found = *number > found ? *number : found;
  co_return found;
}

int main() {
  if (run_now(largest(3)) != 3)
    return 2;
  return run_now(largest(0)) == 0 ? 0 : 1;
}
