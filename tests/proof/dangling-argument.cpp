// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: %clang --driver-mode=g++ %flags -Wno-dangling -fsanitize=address -DBAD %s -o %t.bad
// RUN: timeout 20 not-19 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: ERROR: AddressSanitizer: {{heap-use-after-free|stack-use-after}}
//
// A generator that borrows a temporary reads it when it is gone.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <string>

#ifdef BAD
asynciter::async_generator<int> letters(const std::string &word) { // expected-note {{`word` only refers to its argument}}
#else
// expected-no-diagnostics
asynciter::async_generator<int> letters(std::string word) {
#endif
  for (char letter : word)
    co_yield int(letter);
}

// Longer than what a string keeps within itself.
std::string sentence() { return "a sentence that is not kept in the string object"; }

asynciter::task<int> first() {
#ifdef BAD
  auto stream = letters(sentence()); // expected-warning {{`letters` borrows a temporary}}
#else
  auto stream = letters(sentence());
#endif
  auto letter = co_await stream.next();
  co_return letter ? *letter : 0;
}

int main() { return run_now(first()) == 'a' ? 0 : 1; }
