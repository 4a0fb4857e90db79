// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whichever is there first; the others are cancelled, and waited for.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/when_any.h"

#include <string>
#include <utility>
#include <vector>

using namespace asynciter;

namespace {

task<std::string> ask(std::string name, int turns) {
  try {
    for (int i = 0; i < turns; ++i)
      co_await yield_now();
    co_return "answer of " + name;
  } catch (const operation_cancelled &) {
    print(name, "is cancelled");
    throw;
  }
}

task<> async_main() {
  std::vector<task<std::string>> asked;
  asked.push_back(ask("primary", 1000000));
  asked.push_back(ask("replica", 3));
  auto winner = co_await when_any(std::move(asked));
  print("first:", winner.index, winner.value);
}

} // namespace

int main() { run(async_main()); }
