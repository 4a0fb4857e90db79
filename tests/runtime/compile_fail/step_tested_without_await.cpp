// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop condition that forgets its co_await.
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
  while (auto item = co_await stream.next()) {
  }
#else
  while (auto item = stream.next()) {
  }
#endif
  co_return;
}
