// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An item that is delivered by a task.
//
// expected: asynciter: a task has one result, which co_return gives: what delivers items with co_yield is an
// async_generator
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

#ifdef CORRECT
async_generator<int> deliver() {
#else
task<int> deliver() {
#endif
  co_yield 1;
}
