// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sync range where a stream is needed.
//
// expected: asynciter: for_each needs an async stream, and this is a sync range: lift it with
// asynciter::async_stream(range)
#include "asynciter/async_stream.h"
#include "asynciter/for_each.h"

#include <vector>

using namespace asynciter;

task<> consume(std::vector<int> numbers) {
#ifdef CORRECT
  co_await for_each(async_stream(numbers), [](int) {});
#else
  co_await for_each(numbers, [](int) {});
#endif
}
