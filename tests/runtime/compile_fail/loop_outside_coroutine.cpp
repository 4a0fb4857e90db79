// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An async loop in a function that is no coroutine.
//
// expected(clang): cannot be a coroutine
// expected(gcc): unable to find the promise type for this coroutine
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

#ifdef CORRECT
task<> consume() {
#else
void consume() {
#endif
  ASYNCITER_FOR (auto &item, numbers())
    (void)item;
}
