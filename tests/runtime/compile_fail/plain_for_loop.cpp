// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plain range-based for loop over a stream, in a function that is no coroutine.
//
// expected: asynciter: an async stream is stepped with co_await, in a coroutine: while (auto item = co_await
// s.next())
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

#ifdef CORRECT
task<> consume() {
  auto stream = numbers();
  while (auto item = co_await stream.next())
    (void)*item;
}
#else
void consume() {
  auto stream = numbers();
  for (auto &item : stream)
    (void)item;
}
#endif
