// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `[expression async for item in stream if condition]`: transform and filter, collected into a vector.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/transform.h"

#include <string>
#include <vector>

using namespace asynciter;

namespace {

async_generator<int> numbers(int count) {
  for (int n = 0; n < count; ++n) {
    co_await yield_now();
    co_yield n;
  }
}

task<> async_main() {
  auto everything = co_await (numbers(5) | to<std::vector>());
  print(everything);

  auto squares = co_await (numbers(10) | filter([](int n) { return n % 2 == 1; }) |
                           transform([](int n) { return n * n; }) | to<std::vector>());
  print(squares);

  auto words = co_await (numbers(3) | transform([](int n) { return "n" + std::to_string(n); }) |
                         to<std::vector<std::string>>());
  print(words);
}

} // namespace

int main() { run(async_main()); }
