// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that task.h shows at its top.
#include "asynciter/task.h"

#include "asynciter/sync_wait.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>

namespace essay_task {
namespace {

using namespace asynciter;

int fetched = 0;

task<std::string> fetch(std::string url) {
  ++fetched;
  co_return "page of " + url;
}

#include "task.1.inc"

TEST(Task, RunsWhenItIsAwaited) {
  auto size = size_of("here");
  EXPECT_EQ(fetched, 0);
  EXPECT_EQ(sync_wait(std::move(size)), 12u);
  EXPECT_EQ(fetched, 1);
}

} // namespace
} // namespace essay_task
