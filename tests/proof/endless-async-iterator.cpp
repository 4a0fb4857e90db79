// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: 1000 items of a stream of 3
//
// A stream that takes the end of the one below for an item goes on for ever.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>
#include <optional>

asynciter::async_generator<int> numbers() {
  for (int number = 1; number <= 3; ++number)
    co_yield number;
}

struct doubled {
  asynciter::async_generator<int> from = numbers();

#ifdef BAD
  asynciter::task<std::optional<int>> next() { // expected-warning {{`doubled::next` never tells the end}}
    auto number = co_await from.next();
    co_return number ? 2 * *number : 0;
  }
#else
  // expected-no-diagnostics
  asynciter::task<std::optional<int>> next() {
    auto number = co_await from.next();
    if (!number)
      co_return std::nullopt;
    co_return 2 * *number;
  }
#endif
};

asynciter::task<int> count() {
  doubled stream;
  int items = 0;
  while (co_await stream.next())
    if (++items == 1000)
      break;
  std::printf("%d items of a stream of 3\n", items);
  co_return items == 3 ? 0 : 1;
}

int main() { return run_now(count()); }
