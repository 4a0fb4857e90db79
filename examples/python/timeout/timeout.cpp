// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A limit on how long a step may take.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"
#include "asynciter/timing.h"

#include <chrono>

using namespace asynciter;
using namespace std::chrono_literals;

namespace {

async_generator<int> readings() {
  co_await on_exit([]() -> task<> {
    co_await yield_now();
    print("the generator is left");
  });
  co_yield 20;
  co_await yield_now();
  co_yield 21;
  co_await sleep_for(1h);
  co_yield 22;
}

task<> async_main() {
  try {
    co_await for_each(readings() | timeout(200ms), [](int reading) { print("got", reading); });
  } catch (const timed_out &) {
    print("timeout");
  }
}

} // namespace

int main() { run(async_main()); }
