// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `async for ... else`: a loop that looks for something says in an optional whether it has found it.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

#include <optional>
#include <utility>
#include <vector>

using namespace asynciter;

namespace {

async_generator<int> readings(std::vector<int> values) {
  for (int value : values) {
    co_await yield_now();
    co_yield value;
  }
}

task<> search(std::vector<int> values, int limit) {
  std::optional<int> found;
  ASYNCITER_FOR (int value, readings(std::move(values))) {
    print("look at", value);
    if (value > limit) {
      found = value;
      break;
    }
  }
  if (found)
    print("found", *found);
  else
    print("none above", limit);
}

task<> async_main() {
  std::vector<int> several{1, 5, 9, 2}, small{1, 2};
  co_await search(several, 4);
  co_await search(small, 4);
  co_await search(std::vector<int>(), 4);
}

} // namespace

int main() { run(async_main()); }
