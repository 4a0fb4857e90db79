// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// expected: an adaptor needs an async stream, and this is a sync range: lift it with
// asynciter::async_stream(range)
#include "asynciter/async_stream.h"
#include "asynciter/collect.h"
#include "asynciter/transform.h"

#include <vector>

using namespace asynciter;

int twice(int number) { return 2 * number; }

task<std::vector<int>> all(const std::vector<int> &numbers) {
#ifdef CORRECT
  co_return co_await (async_stream(numbers) | transform(twice) | to<std::vector>());
#else
  co_return co_await (numbers | transform(twice) | to<std::vector>());
#endif
}
