// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: 0 of 3 numbers were stored
//
// A callback whose task nobody awaits does nothing.
#include "Inputs/run_now.h"

#include <asynciter/task.h>

#include <cstdio>
#include <functional>

#ifdef BAD
using callback = std::function<void(int)>;
asynciter::task<> call(callback to, int number) {
  to(number);
  co_return;
}
#else
// expected-no-diagnostics
using callback = std::function<asynciter::task<>(int)>;
asynciter::task<> call(callback to, int number) { co_await to(number); }
#endif

int stored = 0;
asynciter::task<> store(int) {
  ++stored;
  co_return;
}

asynciter::task<int> store_all() {
#ifdef BAD
  callback to = store; // expected-warning {{the `task` that this callable returns is dropped at each call}}
#else
  callback to = store;
#endif
  for (int number = 1; number <= 3; ++number)
    co_await call(to, number);
  std::printf("%d of 3 numbers were stored\n", stored);
  co_return stored == 3 ? 0 : 1;
}

int main() { return run_now(store_all()); }
