// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that interop_asio.h shows at its top.
#include "asynciter/interop_asio.h"

#include "asynciter/asio.h"
#include "asynciter/task.h"

#include <asio/experimental/coro.hpp>
#include <asio/experimental/use_coro.hpp>
#include <asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace essay_interop_asio {
namespace {

using namespace asynciter;

asio::experimental::coro<int> numbers(asio::io_context &context) {
  asio::steady_timer timer(context);
  for (int i = 1; i <= 3; ++i) {
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(asio::experimental::use_coro);
    co_yield i;
  }
}

task<std::vector<int>> read(asio::io_context &context) {
  std::vector<int> used;
  auto use = [&](int item) { used.push_back(item); };
  {
#include "interop_asio.1.inc"
  }
  co_return used;
}

TEST(InteropAsio, AnAsioGenerator) {
  asio::io_context context;
  EXPECT_EQ(run(context, read(context)), (std::vector<int>{1, 2, 3}));
}

} // namespace
} // namespace essay_interop_asio
