// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
//
// With assertions the stream says so when it is destroyed ...
// RUN: %clang --driver-mode=g++ %flags -DBAD %s -o %t.asserts
// RUN: timeout 20 not-19 --crash %t.asserts 2>&1 | FileCheck-19 %s --check-prefix=ASSERTS
// ASSERTS: a stream was destroyed while a step is pending
//
// ... and without them the consumer goes on with a frame that is gone.
// RUN: %clang --driver-mode=g++ %flags -DNDEBUG -fsanitize=address -DBAD %s -o %t.release
// RUN: timeout 20 not-19 %t.release 2>&1 | FileCheck-19 %s --check-prefix=RELEASE
// RELEASE: heap-use-after-free
#include "Inputs/gate.h"
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

gate door;

asynciter::async_generator<int> numbers() {
  co_await door;
  co_yield 1;
}

fire pull(asynciter::async_generator<int> &from, int &sum) {
  if (auto item = co_await from.next())
    sum += *item;
}

#ifndef BAD
// expected-no-diagnostics
#endif
asynciter::task<int> consume() {
  auto stream = numbers();
  int sum = 0;
#ifdef BAD
  pull(stream, sum);  // expected-note {{the step is started here}}
  stream = numbers(); // expected-warning {{`stream` is assigned over while a step of it is pending}}
  door.open();
#else
  pull(stream, sum);
  door.open();
  stream = numbers();
  pull(stream, sum);
  door.open();
#endif
  co_return sum == 2 ? 0 : 1;
}

int main() { return run_now(consume()); }
