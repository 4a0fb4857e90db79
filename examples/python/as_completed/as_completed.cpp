// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results in the order in which they come.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_scope.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/channel.h"
#include "asynciter/for_each.h"

#include <array>

using namespace asynciter;

namespace {

using gates = std::array<async_semaphore, 4>;

task<int> fetch(int n, gates &gates) {
  co_await gates[n].acquire();
  if (n > 0)
    gates[n - 1].release();
  co_return n;
}

task<> deliver(task<int> fetching, channel<int> &completed) {
  int n = co_await std::move(fetching);
  if (!co_await completed.send(n))
    print("nobody wants", n);
}

task<> async_main() {
  gates gates{async_semaphore(0), async_semaphore(0), async_semaphore(0), async_semaphore(0)};
  channel<int> completed(4);
  async_scope fetches;
  for (int n = 0; n < 4; ++n)
    fetches.spawn(deliver(fetch(n, gates), completed));
  gates[3].release();
  for (int n = 0; n < 4; ++n)
    print("fetched", co_await completed.next());
  co_await fetches.join();
}

} // namespace

int main() { run(async_main()); }
