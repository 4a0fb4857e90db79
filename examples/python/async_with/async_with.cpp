// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Things that are opened and closed by waiting.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/cleanup.h"

#include <stdexcept>
#include <string>
#include <utility>

using namespace asynciter;

namespace {

struct connection {
  std::string name;

  task<> disconnect() {
    co_await yield_now();
    print("disconnect", name);
  }
};

task<connection> connect(std::string name) {
  co_await yield_now();
  print("connect", name);
  co_return connection{std::move(name)};
}

task<> work(bool fail) {
  auto &database = co_await on_exit(&connection::disconnect, co_await connect("database"));
  auto &cache = co_await on_exit(&connection::disconnect, co_await connect("cache"));
  print("work with", database.name, "and", cache.name);
  if (fail)
    throw std::runtime_error("out of work");
} // The two are closed here.

task<> async_main() {
  co_await work(/*fail=*/false);
  try {
    co_await work(/*fail=*/true);
  } catch (const std::runtime_error &error) {
    print(error.what());
  }
}

} // namespace

int main() { run(async_main()); }
