// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address -DBAD %s -o %t.bad
// RUN: timeout 20 not-19 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: ERROR: AddressSanitizer: {{heap-use-after-free|stack-use-after}}
//
// What an item was is gone after the next step.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <string>

asynciter::async_generator<std::string> words() {
  co_yield std::string("a first word that is not kept in the string object");
  co_yield std::string("a second one");
}

asynciter::task<int> lengths() {
  auto stream = words();
  auto first = co_await stream.next();
  if (!first)
    co_return 0;
#ifdef BAD
  auto &word = *first; // expected-note {{it is bound to an item here}}
#else
  // expected-no-diagnostics
  auto word = *first;
#endif
#ifdef BAD
  auto second = co_await stream.next(); // expected-note {{this step ends that item}}
  int length = second ? static_cast<int>(second->size()) : 0;
  co_return length + word[0]; // expected-warning {{`word` is used after a further step of `stream`: its item is gone}}
#else
  auto second = co_await stream.next();
  int length = second ? static_cast<int>(second->size()) : 0;
  co_return length + word[0];
#endif
}

int main() { return run_now(lengths()) == 12 + 'a' ? 0 : 1; }
