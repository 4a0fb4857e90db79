// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several streams as one, items in the order in which they come.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/merge.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;

namespace {

async_generator<std::string> sensor(std::string name, int count) {
  for (int i = 0; i < count; ++i) {
    co_await sleep_for(1ms);
    co_yield name + std::to_string(i);
  }
}

task<> async_main() {
  auto items = co_await (merge(sensor("a", 3), sensor("b", 2), sensor("c", 0)) | to<std::vector>());
  print(items.size(), "items");

  auto sorted = items;
  std::ranges::sort(sorted);
  print(sorted);

  std::erase_if(items, [](const std::string &item) { return item[0] != 'a'; });
  print(items);
}

} // namespace

int main() { run(async_main()); }
