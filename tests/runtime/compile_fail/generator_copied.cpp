// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A generator that is copied.
//
// expected(clang): call to implicitly-deleted copy constructor
// expected(gcc): use of deleted function
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

using namespace asynciter;

async_generator<int> numbers() { co_yield 1; }

void consume() {
  auto stream = numbers();
#ifdef CORRECT
  auto same = std::move(stream);
#else
  auto same = stream;
#endif
}
