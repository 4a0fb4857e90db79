// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An async generator, and loops over it.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

using namespace asynciter;

namespace {

async_generator<int> ticker(int count) {
  for (int i = 0; i < count; ++i) {
    co_await yield_now();
    co_yield i;
  }
}

task<> async_main() {
  ASYNCITER_FOR(int i, ticker(3)) { print("tick", i); }

  ASYNCITER_FOR(int i, ticker(10)) {
    if (i % 2 == 0)
      continue;
    if (i > 6)
      break;
    print("odd", i);
  }

  auto steps = ticker(2);
  while (auto i = co_await steps.next())
    print("step", *i);
}

} // namespace

int main() { run(async_main()); }
