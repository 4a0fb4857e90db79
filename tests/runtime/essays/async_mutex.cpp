// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that async_mutex.h shows at its top.
#include "asynciter/async_mutex.h"

#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/when_all.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace essay_async_mutex {
namespace {

using namespace asynciter;

/// Writes a line in two parts, with a wait in between.
struct file {
  task<> write(std::string line) {
    text += line;
    (void)co_await ticks.next();
    text += line;
  }
  channel<int> ticks{0};
  std::string text;
};

#include "async_mutex.1.inc"

task<> tick(channel<int> &ticks) {
  for (int i = 0; i != 2; ++i)
    (void)co_await ticks.send(i);
}

TEST(AsyncMutex, OneWriterAtATime) {
  file log;
  sync_wait(when_all(append(log, "a"), append(log, "b"), tick(log.ticks)));
  EXPECT_EQ(log.text, "aabb");
}

} // namespace
} // namespace essay_async_mutex
