// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bounded queue between a producer and a consumer: the producer waits while it is full.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/channel.h"
#include "asynciter/for_each.h"
#include "asynciter/when_all.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

using namespace asynciter;
using namespace std::chrono_literals;

namespace {

task<std::size_t> produce(channel<int> &queue) {
  std::size_t fullest = 0;
  for (int i = 0; i < 6; ++i) {
    if (!co_await queue.send(i))
      break; // closed by somebody else
    fullest = std::max(fullest, queue.size());
  }
  queue.close(); // the end
  co_return fullest;
}

task<> consume(channel<int> &queue) {
  ASYNCITER_FOR(int i, queue) {
    print("got", i);
    co_await sleep_for(1ms);
  }
  print("end");
}

task<> async_main() {
  channel<int> queue(2);
  auto [fullest, _] = co_await when_all(produce(queue), consume(queue));
  print("never more than", fullest, "waiting");
}

} // namespace

int main() { run(async_main()); }
