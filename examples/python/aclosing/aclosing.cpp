// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Leaving a stream early, with its cleanup awaited before the program goes on. Loops close their stream.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

#include <stdexcept>
#include <string>

using namespace asynciter;

namespace {

async_generator<int> rows() {
  print("open");
  co_await on_exit([]() -> task<> {
    co_await yield_now();
    print("close");
  });
  for (int row = 0; row < 100; ++row) {
    co_await yield_now();
    co_yield row;
  }
}

task<> async_main() {
  ASYNCITER_FOR(int row, rows()) {
    if (row == 2)
      break;
    print("row", row);
  }
  print("after break");

  try {
    co_await for_each(rows(), [](int row) { throw std::invalid_argument("bad row " + std::to_string(row)); });
  } catch (const std::invalid_argument &error) {
    print("after", error.what());
  }

  co_await closing(rows(), [](auto &stream) -> task<> {
    if (auto row = co_await stream.next())
      print("first", *row);
    if (auto row = co_await stream.next())
      print("second", *row);
  });
  print("after two steps");

  auto stream = rows();
  if (auto row = co_await stream.next())
    print("first", *row);
  co_await stream.close();
  print("closed by hand:", co_await stream.next());
}

} // namespace

int main() { run(async_main()); }
