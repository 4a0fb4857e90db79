// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `AsyncExitStack`: what a coroutine registers by `on_exit` is such a stack, in a loop too.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/cleanup.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

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
  if (name == "broken")
    throw std::runtime_error("no connection");
  print("connect", name);
  co_return connection{std::move(name)};
}

task<> work(std::vector<std::string> names) {
  std::vector<connection *> connections;
  for (std::string &name : names) {
    auto opened = co_await connect(std::move(name));
    connections.push_back(&co_await on_exit(&connection::disconnect, std::move(opened)));
  }
  print("work with", connections.size());
} // They are closed here, the newest first.

task<> async_main() {
  std::vector<std::string> good{"one", "two", "three"}, bad{"one", "two", "broken", "three"};
  co_await work(good);
  try {
    co_await work(bad);
  } catch (const std::runtime_error &error) {
    print(error.what());
  }
}

} // namespace

int main() { run(async_main()); }
