// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A generator of a type that is not one of items.
//
// expected: an item is an object without cv-qualifiers or a reference
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

#ifdef CORRECT
async_generator<const int &> deliver() {
#else
async_generator<const int> deliver() {
#endif
  co_yield 1;
}
