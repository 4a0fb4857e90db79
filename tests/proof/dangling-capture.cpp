// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: %clang --driver-mode=g++ %flags -Wno-dangling -fsanitize=address -DBAD %s -o %t.bad
// RUN: timeout 20 not-19 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: ERROR: AddressSanitizer: {{heap-use-after-free|stack-use-after}}
//
// A generator reads a capture of a closure that is gone.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <memory>

asynciter::task<int> first() {
  auto limit = std::make_shared<int>(3);
#ifdef BAD
  auto numbers = [limit]() -> asynciter::async_generator<int> { // expected-warning {{the lambda uses its captures as long as it runs}}
#else
  // expected-no-diagnostics
  auto numbers = [](std::shared_ptr<int> limit) -> asynciter::async_generator<int> {
#endif
    for (int i = 1; i < *limit; ++i)
      co_yield int(i);
#ifdef BAD
  }();
#else
  }(limit);
#endif
  auto number = co_await numbers.next();
  co_return number ? *number : 0;
}

int main() { return run_now(first()) == 1 ? 0 : 1; }
