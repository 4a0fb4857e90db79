// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that when_all.h shows at its top.
#include "asynciter/when_all.h"

#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace essay_when_all {
namespace {

using namespace asynciter;

using url = std::string;
using page = std::string;

/// Two parts that need each other: awaited one after the other they would wait for ever.
channel<std::string> asked(0);

task<std::string> load_user(int id) {
  (void)co_await asked.send("orders of " + std::to_string(id));
  co_return "user " + std::to_string(id);
}
task<std::string> load_orders(int) { co_return (co_await asked.next()).value(); }
task<page> fetch(url where) { co_return "page " + where; }

task<std::vector<std::string>> load(int id, const std::vector<url> &urls) {
#include "when_all.1.inc"
  pages.push_back(user);
  pages.push_back(orders);
  co_return pages;
}

TEST(WhenAll, GivesAllResultsInOrder) {
  const std::vector<url> urls{"a", "b"};
  EXPECT_EQ(sync_wait(load(7, urls)),
            (std::vector<std::string>{"page a", "page b", "user 7", "orders of 7"}));
}

} // namespace
} // namespace essay_when_all
