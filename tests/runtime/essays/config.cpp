// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that config.h shows at its top.
#include "asynciter/config.h"

#include "asynciter/async_generator.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <vector>

namespace essay_config {
namespace {

using namespace asynciter;

async_generator<int> count_up() {
  for (int i = 1; i <= 3; ++i)
    co_yield i;
}

async_generator<int> count_down() {
  for (int i = 3; i >= 1; --i)
    co_yield i;
}

#include "config.1.inc"

task<std::vector<int>> all_of(async_generator<int> stream) {
  std::vector<int> items;
  while (auto item = co_await stream.next())
    items.push_back(*item);
  co_return items;
}

TEST(Config, AWrapperIsNoCoroutine) {
  EXPECT_EQ(sync_wait(all_of(numbers(false))), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(sync_wait(all_of(numbers(true))), (std::vector<int>{3, 2, 1}));
}

} // namespace
} // namespace essay_config
