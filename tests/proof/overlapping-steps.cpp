// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
//
// With assertions the second step is found where it starts ...
// RUN: %clang --driver-mode=g++ %flags -DBAD %s -o %t.asserts
// RUN: timeout 20 not-19 --crash %t.asserts 2>&1 | FileCheck-19 %s --check-prefix=ASSERTS
// ASSERTS: a step was started while another one of the same stream is pending
//
// ... and without them it makes the producer go on through a closed door.
// RUN: %clang --driver-mode=g++ %flags -DNDEBUG -DBAD %s -o %t.release
// RUN: not-19 timeout 20 %t.release | FileCheck-19 %s --check-prefix=RELEASE
// RELEASE: an item came through a closed door
#include "Inputs/gate.h"
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>

gate door;

asynciter::async_generator<int> numbers() {
  for (int number = 1; number <= 2; ++number) {
    co_await door;
    co_yield number;
  }
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
  pull(stream, sum); // expected-note {{the other step is started here}}
  pull(stream, sum); // expected-warning {{`pull` steps `stream` while another step of it is pending}}
  const int early = sum;
  door.open();
  door.open();
#else
  pull(stream, sum);
  const int early = sum;
  door.open();
  pull(stream, sum);
  door.open();
#endif
  if (early != 0)
    std::puts("an item came through a closed door");
  co_return early == 0 && sum == 3 ? 0 : 1;
}

int main() { return run_now(consume()); }
