// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An awaited step whose result nobody looks at. GCC 12 does not see it.
//
// expected(clang): ignoring return value of
// flags: -Werror
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

task<> consume() {
  auto stream = numbers();
#ifdef CORRECT
  (void)co_await stream.next();
#else
  co_await stream.next();
#endif
}
