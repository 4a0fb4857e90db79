// RUN: %verify --rules=borrowed-parameter -DBAD %s
// RUN: %verify --rules=borrowed-parameter %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: %clang --driver-mode=g++ %flags -Wno-dangling -fsanitize=address -DBAD %s -o %t.bad
// RUN: timeout 20 not-19 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: ERROR: AddressSanitizer: {{heap-use-after-free|stack-use-after}}
//
// A task that depends on its caller meets one that does not know. The caller is
// one that dangling-argument cannot see through.
#include "Inputs/first_letter.h"
#include "Inputs/run_now.h"

#include <asynciter/task.h>

#include <memory>
#include <string>
#include <string_view>

asynciter::task<void> rest() { co_return; }

#ifdef BAD
asynciter::task<int> first_letter(std::string_view text) { // expected-warning {{`text` only refers to its argument, and `first_letter` uses it after a suspension}}
#else
// expected-no-diagnostics
asynciter::task<int> first_letter(std::string text) {
#endif
  co_await rest();
  co_return text[0];
}

asynciter::task<int> caller() {
  auto text = std::make_unique<std::string>("a text that is not kept in the string object");
  auto pending = first_letter(*text);
  text.reset();
  co_return co_await std::move(pending);
}

int main() { return run_now(caller()) == 'a' ? 0 : 1; }
