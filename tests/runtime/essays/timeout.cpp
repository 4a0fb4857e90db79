// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that timeout.h shows at its top.
#include "asynciter/timeout.h"

#include "asynciter/async_generator.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace essay_timeout {
namespace {

using namespace asynciter;
using namespace std::chrono_literals;

using source = channel<std::string>;

/// The core knows no clock; nor does this test, for which every sleep is over at once.
std::vector<std::chrono::milliseconds> slept;
task<> sleep_for(std::chrono::milliseconds duration) {
  slept.push_back(duration);
  co_return;
}

async_generator<std::string> chat(source &socket) {
  while (auto line = co_await socket.next())
    co_yield std::move(*line);
}

async_generator<std::string> keystrokes() {
  for (const char *text : {"h", "he", "hel"})
    co_yield text;
}

task<> read(source &socket) {
#include "timeout.1.inc"
  auto line = co_await lines.next();
  EXPECT_TRUE(line && *line == "hello");
  EXPECT_TRUE(slept.empty());
  bool late = false;
  try {
    (void)co_await lines.next();
  } catch (const timed_out &) {
    late = true;
  }
  EXPECT_TRUE(late);
  EXPECT_EQ(slept, std::vector<std::chrono::milliseconds>{30s});

  std::string last;
  while (auto edit = co_await edits.next())
    last = *edit;
  EXPECT_EQ(last, "hel");
}

TEST(Timeout, TooLateAndTooOften) {
  source socket(1);
  EXPECT_TRUE(socket.try_send("hello"));
  sync_wait(read(socket));
}

} // namespace
} // namespace essay_timeout
