// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Not more than so many at once.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/when_all.h"

#include <algorithm>
#include <utility>
#include <vector>

using namespace asynciter;

namespace {

struct server {
  int busy = 0;
  int most_busy = 0;

  task<int> fetch(int n) {
    ++busy;
    most_busy = std::max(most_busy, busy);
    co_await yield_now();
    --busy;
    co_return n * 10;
  }
};

task<int> fetch_politely(async_semaphore &slots, server &server, int n) {
  auto slot = co_await slots.hold();
  co_return co_await server.fetch(n);
}

task<> async_main() {
  server server;
  async_semaphore slots(3);
  std::vector<task<int>> fetches;
  for (int n = 0; n < 8; ++n)
    fetches.push_back(fetch_politely(slots, server, n));
  print(co_await when_all(std::move(fetches)));
  print("at most", server.most_busy, "at once");
}

} // namespace

int main() { run(async_main()); }
