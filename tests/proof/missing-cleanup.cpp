// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: %clang --driver-mode=g++ %flags -DBAD %s -o %t.bad
// RUN: timeout 20 not-19 --crash %t.bad | FileCheck-19 %s
// CHECK: destroyed while it was open
//
// A subscription has to say goodbye, which is awaited. Its destructor can only
// complain.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>
#include <exception>

asynciter::async_generator<int> numbers() {
  for (int number = 1; number <= 3; ++number)
    co_yield number;
}

class subscription {
public:
  subscription() = default;
  subscription(const subscription &) = delete;
  ~subscription() {
    if (!open)
      return;
    std::puts("destroyed while it was open");
    std::fflush(stdout);
    std::terminate();
  }
  auto next() {
    open = true;
    return items.next();
  }
  asynciter::task<> close() {
    open = false;
    co_return;
  }

private:
  asynciter::async_generator<int> items = numbers();
  bool open = false;
};

// The position of an item; 0 when it is not there.
asynciter::task<int> position(int sought) {
#ifdef BAD
  subscription feed; // expected-warning {{`feed` can be destroyed without `close`: its destructor ends the program then}}
#else
  // expected-no-diagnostics
  subscription feed;
#endif
  int at = 0, found = 0;
  while (auto item = co_await feed.next()) {
    ++at;
    if (*item == sought) {
#ifdef BAD
      co_return at; // expected-note {{this leaves its scope without `close`}}
#else
      found = at;
      break;
#endif
    }
  }
  co_await feed.close();
  co_return found;
}

int main() {
  if (run_now(position(7)) != 0)
    return 2;
  return run_now(position(2)) == 2 ? 0 : 1;
}
