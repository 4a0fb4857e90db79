// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same in a coroutine, and over a temporary.
//
// expected: asynciter: an async stream is stepped with co_await, in a coroutine: while (auto item = co_await
// s.next())
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

task<> consume() {
#ifdef CORRECT
  auto stream = numbers();
  for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it)
    (void)*it;
#else
  for (int item : numbers())
    (void)item;
#endif
  co_return;
}
