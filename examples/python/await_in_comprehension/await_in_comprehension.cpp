// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `await` in the expression and in the condition of a comprehension: callables that are coroutines.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/async_stream.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/transform.h"

#include <ranges>
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

task<bool> is_prime(int n) {
  co_await yield_now();
  for (int d = 2; d < n; ++d)
    if (n % d == 0)
      co_return false;
  co_return n > 1;
}

task<std::string> look_up(int n) {
  co_await yield_now();
  co_return "item " + std::to_string(n);
}

task<> async_main() {
  auto found = co_await (numbers(12) | filter(is_prime) | transform(look_up) | to<std::vector>());
  print(found);

  // A sync range, but each item is awaited.
  print(co_await (async_stream(std::views::iota(0, 3)) | transform(look_up) | to<std::vector>()));
}

} // namespace

int main() { run(async_main()); }
