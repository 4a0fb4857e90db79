// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that protocol.h shows at its top.
#include "asynciter/protocol.h"

#include "asynciter/async_generator.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <vector>

namespace essay_protocol {
namespace {

using namespace asynciter;

async_generator<int> numbers() {
  for (int i = 1; i <= 3; ++i)
    co_yield i;
}

task<std::vector<int>> by_steps(async_generator<int> stream) {
  std::vector<int> used;
  auto use = [&](int item) { used.push_back(item); };
  {
#include "protocol.1.inc"
  }
  co_return used;
}

task<std::vector<int>> by_iterators(async_generator<int> stream) {
  std::vector<int> used;
  auto use = [&](int item) { used.push_back(item); };
  {
#include "protocol.2.inc"
  }
  co_return used;
}

TEST(Protocol, BothSpellingsGiveTheSame) {
  EXPECT_EQ(sync_wait(by_steps(numbers())), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(sync_wait(by_iterators(numbers())), (std::vector<int>{1, 2, 3}));
}

} // namespace
} // namespace essay_protocol
