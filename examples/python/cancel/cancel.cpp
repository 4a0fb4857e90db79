// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cancelling a task: it notices where it waits, and its cleanup, which may wait too, still runs.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/async_scope.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/for_each.h"

#include <string>

using namespace asynciter;

namespace {

async_generator<std::string> lines() {
  co_await on_exit([]() -> task<> {
    co_await yield_now();
    print("log is closed");
  });
  co_yield "first line";
  async_semaphore never(0);
  co_await never.acquire(); // nobody writes any more
  co_yield "second line";
}

task<> follow(async_semaphore &started) {
  try {
    ASYNCITER_FOR(const std::string &line, lines()) {
      print("read", line);
      started.release();
    }
  } catch (const operation_cancelled &) {
    print("follow is cancelled");
    throw;
  }
}

task<> async_main() {
  async_semaphore started(0);
  async_scope following;
  following.spawn(follow(started));
  co_await started.acquire();

  print("cancel it");
  following.request_stop();
  co_await following.join();
  print("it has ended");
}

} // namespace

int main() { run(async_main()); }
