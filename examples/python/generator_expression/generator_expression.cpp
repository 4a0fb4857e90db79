// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Generator expressions, piped on from one stage to the next: adaptors are as lazy, and fuse into one loop.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/transform.h"

#include <functional>
#include <string>

using namespace asynciter;

namespace {

async_generator<std::string> lines() {
  for (const char *line : {"# numbers", "1", "2", "", "30", "4", "5"}) {
    co_await yield_now();
    co_yield line;
  }
}

auto running_total() { return scan(0, std::plus()); }

task<> async_main() {
  auto content = lines() | filter([](const std::string &line) { return !line.empty() && line[0] != '#'; });
  auto numbers = std::move(content) | transform([](const std::string &line) { return std::stoi(line); });
  auto small = std::move(numbers) | filter([](int n) { return n < 10; });
  ASYNCITER_FOR(int total, std::move(small) | running_total()) { print("total", total); }
}

} // namespace

int main() { run(async_main()); }
