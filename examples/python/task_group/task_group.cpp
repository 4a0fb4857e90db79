// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tasks that run beside the one that started them, and that it waits for. One that fails stops the others.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_scope.h"

#include <stdexcept>
#include <string>

using namespace asynciter;

namespace {

task<> worker(std::string name, int turns) {
  try {
    for (int i = 0; i < turns; ++i)
      co_await yield_now();
    print(name, "is done");
  } catch (const operation_cancelled &) {
    print(name, "is cancelled");
    throw;
  }
}

task<> fail() {
  co_await yield_now();
  throw std::runtime_error("no space left");
}

task<> async_main() {
  co_await with_scope([](async_scope &group) -> task<> {
    for (int n = 1; n < 4; ++n)
      group.spawn(worker("worker " + std::to_string(n), n));
    co_return;
  });
  print("all are done");

  try {
    co_await with_scope([](async_scope &group) -> task<> {
      group.spawn(worker("endless worker", 1000000));
      group.spawn(fail());
      co_return;
    });
  } catch (const std::runtime_error &error) {
    print("failed:", error.what());
  }
}

} // namespace

int main() { run(async_main()); }
