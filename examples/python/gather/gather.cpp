// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several consumers at once, each of a stream of its own.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"
#include "asynciter/when_all.h"

#include <string>
#include <utility>
#include <vector>

using namespace asynciter;

namespace {

async_generator<int> ticker(int count) {
  for (int i = 1; i <= count; ++i) {
    co_await yield_now();
    co_yield i;
  }
}

task<int> total(std::string name, int count) {
  int result = 0;
  ASYNCITER_FOR(int i, ticker(count)) {
    print(name, i);
    result += i;
  }
  co_return result;
}

task<> async_main() {
  auto [a, b] = co_await when_all(total("a", 3), total("b", 4));
  print("a:", a, "b:", b);

  std::vector<task<int>> parts;
  for (int n = 0; n < 3; ++n)
    parts.push_back(total("c" + std::to_string(n), n));
  std::vector<int> totals = co_await when_all(std::move(parts));
  print(totals);
}

} // namespace

int main() { run(async_main()); }
