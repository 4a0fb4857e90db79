// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A call that blocks, on another thread, while the event loop goes on.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/offload.h"
#include "asynciter/when_all.h"

#include <asio/thread_pool.hpp>

#include <functional>
#include <semaphore>
#include <stdexcept>
#include <string>

using namespace asynciter;

namespace {

std::string wait_for(std::counting_semaphore<> &turns, int wanted) {
  for (; wanted > 0; --wanted)
    turns.acquire();
  return "three turns";
}

void fail(std::string why) { throw std::invalid_argument(why); }

task<> take_turns(std::counting_semaphore<> &turns) {
  for (int i = 0; i < 3; ++i) {
    co_await yield_now();
    print("turn", i);
    turns.release();
  }
}

task<> async_main(asio::thread_pool &threads) {
  std::counting_semaphore<> turns(0);
  auto [result, _] = co_await when_all(offload(threads, wait_for, std::ref(turns), 3), take_turns(turns));
  print("meanwhile:", result);

  try {
    co_await offload(threads, fail, "no such file");
  } catch (const std::invalid_argument &error) {
    print("error:", error.what());
  }
}

} // namespace

int main() {
  asio::thread_pool threads(2);
  run(async_main(threads));
}
