// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A part of a task that is not cancelled half-way. `shield` waits for its operand by itself.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_scope.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/stop_scope.h"

#include <chrono>

using namespace asynciter;
using namespace std::chrono_literals;

namespace {

task<> write_journal(async_semaphore &started) {
  for (const char *part : {"begin", "entry", "commit"}) {
    print("write", part);
    started.release();
    co_await sleep_for(1ms);
  }
}

task<> save(async_semaphore &started) { co_await shield(write_journal(started)); }

task<> work(async_semaphore &started) {
  try {
    co_await save(started);
    co_await sleep_for(1h);
  } catch (const operation_cancelled &) {
    print("work is cancelled");
    throw;
  }
}

task<> async_main() {
  async_semaphore started(0);
  async_scope working;
  working.spawn(work(started));
  co_await started.acquire();
  working.request_stop();
  co_await working.join();
  print("end");
}

} // namespace

int main() { run(async_main()); }
