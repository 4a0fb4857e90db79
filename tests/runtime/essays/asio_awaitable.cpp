// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that asio_awaitable.h shows at its top.
#include "asynciter/asio_awaitable.h"

#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace essay_asio_awaitable {
namespace {

using namespace asynciter;
using asio::ip::tcp;

task<std::string> log_in(tcp::socket &) {
  co_await sleep_for(std::chrono::milliseconds(1));
  co_return "ann";
}

async_generator<std::string> read_lines(tcp::socket &) {
  co_yield "hello";
  co_await sleep_for(std::chrono::milliseconds(1));
  co_yield "bye";
}

std::vector<std::string> greeted;
void greet(const std::string &name, const std::string &line) { greeted.push_back(line + ", " + name); }

#include "asio_awaitable.1.inc"

TEST(AsioAwaitable, TasksAndStreamsInAnAsioCoroutine) {
  asio::io_context context;
  std::future<void> ended = asio::co_spawn(context, session(tcp::socket(context)), asio::use_future);
  run(context);
  ended.get();
  EXPECT_EQ(greeted, (std::vector<std::string>{"hello, ann", "bye, ann"}));
}

} // namespace
} // namespace essay_asio_awaitable
