// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
//
// The read of what is known not to be there ...
// RUN: %clang --driver-mode=g++ %flags -DNDEBUG -fsanitize=undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: not-19 timeout 20 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: runtime error: {{.*}} null pointer
//
// ... and a loop that steps on, and never leaves.
// RUN: %clang --driver-mode=g++ %flags -DBAD -DSPIN %s -o %t.spin
// RUN: not-19 timeout 20 %t.spin | FileCheck-19 %s --check-prefix=SPIN
// SPIN: 1000 steps after the end
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>
#include <cstdlib>

asynciter::async_generator<int> numbers(int count) {
  for (int number = 1; number <= count; ++number)
    co_yield number;
}

asynciter::task<int> last(int count) {
  auto stream = numbers(count);
#ifdef BAD
  auto number = co_await stream.next();
  while (number) // expected-note {{the test is here}}
    number = co_await stream.next();
  co_return *number; // expected-warning {{`number` is read where a test has told that there is no item}}
#else
  // expected-no-diagnostics
  int found = 0;
  while (auto number = co_await stream.next())
    found = *number;
  co_return found;
#endif
}

#ifdef BAD
int ends = 0;
// Gives up after a while, which a program would not.
void note_end() {
  if (++ends == 1000) {
    std::printf("%d steps after the end\n", ends);
    std::exit(1);
  }
}
asynciter::task<int> sum(int count) {
  auto stream = numbers(count);
  int total = 0;
  for (;;) {
    auto number = co_await stream.next(); // expected-warning {{`stream` is stepped on where a test has told its end}}
    if (!number) { // expected-note {{the test is here}}
      note_end();
      continue;
    }
    total += *number;
  }
  co_return total;
}
#endif

int main() {
#ifdef SPIN
  return run_now(sum(3));
#else
  return run_now(last(3)) == 3 ? 0 : 1;
#endif
}
