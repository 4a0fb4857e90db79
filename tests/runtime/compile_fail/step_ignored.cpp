// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A step that is neither awaited nor kept.
//
// expected(clang): ignoring return value of function declared with 'nodiscard' attribute
// expected(gcc): declared with attribute 'nodiscard'
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
  stream.next();
#endif
  co_return;
}
