// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The everyday tools over streams: zip, enumerate, and drop and take for islice.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/combine.h"
#include "asynciter/for_each.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"

#include <string>
#include <vector>

using namespace asynciter;

namespace {

async_generator<std::string> letters() {
  for (const char *letter : {"a", "b", "c", "d", "e", "f"}) {
    co_await yield_now();
    co_yield letter;
  }
}

async_generator<int> numbers() {
  for (int n = 0;; ++n) {
    co_await yield_now();
    co_yield n;
  }
}

task<> async_main() {
  print(co_await (zip(letters(), numbers()) | to<std::vector>()));
  print(co_await (letters() | enumerate | to<std::vector>()));
  print(co_await (numbers() | drop(3) | take(4) | to<std::vector>()));
  ASYNCITER_FOR(auto &numbered, letters() | take(2) | enumerate) {
    auto &[index, letter] = numbered;
    print(index, letter);
  }
}

} // namespace

int main() { run(async_main()); }
