// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// More of itertools over streams: concat, take_while, scan, chunk, window.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/chunk.h"
#include "asynciter/collect.h"
#include "asynciter/combine.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"

#include <functional>
#include <vector>

using namespace asynciter;

namespace {

async_generator<int> count_up(int first, int last) {
  for (int n = first; n <= last; ++n) {
    co_await yield_now();
    co_yield n;
  }
}

task<> async_main() {
  print(co_await (concat(count_up(1, 3), count_up(7, 8)) | to<std::vector>()));
  print(co_await (count_up(1, 9) | take_while([](int n) { return n < 4; }) | to<std::vector>()));
  print(co_await (count_up(1, 5) | scan(0, std::plus()) | to<std::vector>()));
  print(co_await (count_up(1, 7) | chunk(3) | to<std::vector>()));

  auto difference = [](const std::vector<int> &pair) { return pair[1] - pair[0]; };
  print(co_await (count_up(1, 5) | scan(0, std::plus()) | window(2) | transform(difference) |
                  to<std::vector>()));
}

} // namespace

int main() { run(async_main()); }
