// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Yielding inside of try/finally: what does not wait goes to a destructor, what waits is registered.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

using namespace asynciter;

namespace {

struct inner_block {
  ~inner_block() { print("inner block is left"); }
};

async_generator<int> numbers() {
  co_await on_exit([]() -> task<> {
    co_await yield_now();
    print("generator is left");
  });
  co_await yield_now();
  co_yield 1;
  {
    inner_block left_with_a_word;
    co_yield 2;
  }
  co_yield 3;
}

task<> show(int last) {
  ASYNCITER_FOR(int n, numbers()) {
    print("got", n);
    if (n == last)
      break;
  }
  print("left at", last);
}

task<> async_main() {
  co_await show(1);
  co_await show(2);
  co_await show(9);
}

} // namespace

int main() { run(async_main()); }
