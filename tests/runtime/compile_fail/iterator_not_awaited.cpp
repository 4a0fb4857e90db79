// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The iterator spelling without its co_await.
//
// expected: asynciter: an async stream is stepped with co_await, in a coroutine: while (auto item = co_await
// s.next())
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

task<> consume() {
  auto stream = numbers();
#ifdef CORRECT
  for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it)
    (void)*it;
#else
  for (auto it = stream.begin(); it != stream.end(); ++it)
    (void)*it;
#endif
  co_return;
}
