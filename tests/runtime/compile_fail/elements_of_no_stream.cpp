// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Something that is neither a stream nor a range.
//
// expected: asynciter: elements_of needs a stream or a sync range
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

async_generator<int> more() {
  int number = 1;
#ifdef CORRECT
  co_yield number;
#else
  co_yield elements_of(number);
#endif
}
