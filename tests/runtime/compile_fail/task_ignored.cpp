// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A task that is called like a function.
//
// expected(clang): ignoring return value
// expected(gcc): declared with attribute 'nodiscard'
// flags: -Werror
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

task<> work() { co_return; }
task<> consume() {
#ifdef CORRECT
  co_await work();
#else
  work();
#endif
  co_return;
}
