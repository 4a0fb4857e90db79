// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// expected: ASYNCITER_FOR needs an async stream, and this is a sync range: lift it with
// asynciter::async_stream(range)
#include "asynciter/async_stream.h"
#include "asynciter/for_each.h"

#include <vector>

using namespace asynciter;

task<int> sum(const std::vector<int> &numbers) {
  int sum = 0;
#ifdef CORRECT
  ASYNCITER_FOR (int number, async_stream(numbers))
#else
  ASYNCITER_FOR (int number, numbers)
#endif
    sum += number;
  co_return sum;
}
