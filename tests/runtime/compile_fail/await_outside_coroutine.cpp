// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An await in a function that is no coroutine, since what it returns is no coroutine type.
//
// expected(clang): this function cannot be a coroutine
// expected(gcc): unable to find the promise type for this coroutine
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

#ifdef CORRECT
task<int> first() {
#else
int first() {
#endif
  auto stream = numbers();
  auto item = co_await stream.next();
  co_return *item;
}
