// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One value out of a stream: sum, any, all, the first one, how many.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"

#include <functional>

using namespace asynciter;

namespace {

async_generator<int> numbers(int count) {
  for (int n = 1; n <= count; ++n) {
    co_await yield_now();
    co_yield n;
  }
}

auto above(int limit) {
  return [limit](int n) { return n > limit; };
}

bool divides_by_three(int n) { return n % 3 == 0; }

task<> async_main() {
  print("sum:", co_await (numbers(10) | reduce(0, std::plus())));
  print("how many:", co_await (numbers(10) | filter(divides_by_three) | count));
  print("any above 9:", co_await (numbers(10) | any_of(above(9))));
  print("all above 9:", co_await (numbers(10) | all_of(above(9))));
  print("none above 10:", co_await (numbers(10) | none_of(above(10))));
  print("first above 5:", co_await (numbers(10) | filter(above(5)) | first));
  print("first above 10:", co_await (numbers(10) | filter(above(10)) | first));

  auto factorial = co_await (numbers(5) | reduce(1, std::multiplies()));
  print("factorial:", factorial);
}

} // namespace

int main() { run(async_main()); }
