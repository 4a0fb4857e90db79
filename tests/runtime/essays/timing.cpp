// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that timing.h shows at its top.
#include "asynciter/timing.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace essay_timing {
namespace {

using namespace asynciter;
using namespace std::chrono_literals;

using texts = std::vector<std::string>;

struct connection {};

async_generator<std::string> chat(connection &) {
  co_yield "hello";
  co_await sleep_for(1ms);
  co_yield "bye";
}

/// A burst, and another one in which the last edit is the last item.
async_generator<std::string> keystrokes() {
  co_yield "h";
  co_yield "he";
  co_await sleep_for(1s);
  co_yield "hel";
  co_yield "hell";
}

task<> read(connection &socket) {
#include "timing.1.inc"
  const auto said = co_await (lines | to<std::vector>());
  const auto edited = co_await (edits | to<std::vector>());
  EXPECT_EQ(said, (texts{"hello", "bye"}));
  EXPECT_EQ(edited, (texts{"he", "hell"}));
}

TEST(Timing, ForADuration) {
  connection socket;
  run(read(socket));
}

} // namespace
} // namespace essay_timing
