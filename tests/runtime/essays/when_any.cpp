// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that when_any.h shows at its top.
#include "asynciter/when_any.h"

#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <string>
#include <variant>

namespace essay_when_any {
namespace {

using namespace asynciter;
using namespace std::chrono_literals;

/// A server that may never answer.
using server = channel<std::string>;

struct too_slow : std::exception {};

task<std::string> ask(server &from) { co_return (co_await from.next()).value(); }
/// The test has no clock: what has not been answered by now is too slow.
task<> give_up_after(std::chrono::seconds) { co_return; }

task<std::string> first_answer(server &primary, server &replica) {
  std::string used;
  auto use = [&](const std::string &answer) { used = answer; };
#include "when_any.1.inc"
  co_return used;
}

TEST(WhenAny, TheFirstAnswerCounts) {
  server silent(1);
  server fast(1);
  EXPECT_TRUE(fast.try_send("here"));
  EXPECT_EQ(sync_wait(first_answer(silent, fast)), "here");
  EXPECT_TRUE(fast.try_send("here"));
  EXPECT_EQ(sync_wait(first_answer(fast, silent)), "here");
  EXPECT_THROW(sync_wait(first_answer(silent, silent)), too_slow);
}

} // namespace
} // namespace essay_when_any
