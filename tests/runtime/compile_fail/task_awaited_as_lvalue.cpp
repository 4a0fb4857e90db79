// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A task that is awaited without being moved, as if that could be done twice.
//
// expected(clang): no matching member function for call to 'await_transform'
// expected(gcc): no matching function for call to
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

task<int> work() { co_return 1; }
task<int> consume() {
  auto started = work();
#ifdef CORRECT
  co_return co_await std::move(started);
#else
  co_return co_await started;
#endif
}
