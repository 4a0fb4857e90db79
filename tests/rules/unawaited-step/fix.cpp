// RUN: cp %s %t.cpp
// RUN: not-19 %lint --rules=-*,unawaited-step --fix %t.cpp -- %flags
// RUN: FileCheck-19 --input-file=%t.cpp %s --match-full-lines
// RUN: %clang %flags -fsyntax-only %t.cpp
// RUN: cp %t.cpp %t.once.cpp
// RUN: not-19 %lint --rules=-*,unawaited-step --fix %t.cpp -- %flags
// RUN: diff %t.once.cpp %t.cpp
//
// The fix awaits the step, where there is a coroutine to await it in. A second
// run finds only what cannot be fixed, and changes nothing.
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
using app::stream;
using app::task;
using app::use;

// CHECK: task<> statement(stream<int> numbers) {
task<> statement(stream<int> numbers) {
  numbers.next();
  // CHECK-NEXT: co_await numbers.next();
  co_return;
}
// CHECK: {{.*}} increment({{.*}}
cppcoro::task<> increment(cppcoro::async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); ++it)
    // CHECK: for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
}
task<> condition(stream<int> numbers) {
  if (numbers.next())
    // CHECK: if (co_await numbers.next())
    use(1);
  while (!numbers.next())
    // CHECK: while (!co_await numbers.next())
    use(2);
  co_return;
}
// Nothing to await in: left as it is.
// CHECK: void plain(stream<int> &numbers) {
void plain(stream<int> &numbers) {
  numbers.next();
  // CHECK-NEXT: numbers.next();
}
