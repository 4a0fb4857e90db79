// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An item that is read from a step that was not awaited.
//
// expected: asynciter: an async stream is stepped with co_await, in a coroutine: while (auto item = co_await
// s.next())
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

task<int> first() {
  auto stream = numbers();
#ifdef CORRECT
  auto item = co_await stream.next();
  co_return *item;
#else
  co_return *stream.next();
#endif
}
