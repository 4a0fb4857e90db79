// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A comprehension with two loops, the inner one dependent on the outer: a stream of streams, opened up.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/async_stream.h"
#include "asynciter/collect.h"
#include "asynciter/combine.h"
#include "asynciter/transform.h"

#include <utility>
#include <vector>

using namespace asynciter;

namespace {

async_generator<int> up_to(int count) {
  for (int n = 1; n <= count; ++n) {
    co_await yield_now();
    co_yield n;
  }
}

task<> async_main() {
  auto with_each_below = [](int a) { return up_to(a) | transform([a](int b) { return std::pair(a, b); }); };
  auto pairs = co_await (up_to(3) | transform(with_each_below) | flatten | to<std::vector>());
  print(pairs);

  auto repeated = [](int row) { return async_stream(std::vector<int>(row, row)); };
  auto flat = co_await (up_to(3) | transform(repeated) | flatten | to<std::vector>());
  print(flat);
}

} // namespace

int main() { run(async_main()); }
