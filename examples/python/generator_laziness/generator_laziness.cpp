// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Neither a generator nor an expression over it runs before it is stepped, and each step runs one item.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"
#include "asynciter/transform.h"

#include <utility>

using namespace asynciter;

namespace {

async_generator<int> measurements(int count) {
  print("begin");
  for (int i = 0; i < count; ++i) {
    print("measure", i);
    co_await yield_now();
    co_yield i;
  }
  print("end");
}

int square(int n) {
  print("square", n);
  return n * n;
}

task<> async_main() {
  auto stream = measurements(3);
  auto squares = std::move(stream) | transform(square);
  print("nothing has run");

  if (auto n = co_await squares.next())
    print("first:", *n);
  print("one item has been made");

  ASYNCITER_FOR(int n, squares) { print("then:", n); }
}

} // namespace

int main() { run(async_main()); }
