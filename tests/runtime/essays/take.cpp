// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that take.h shows at its top.
#include "asynciter/take.h"

#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace essay_take {
namespace {

using namespace asynciter;

using texts = std::vector<std::string>;

struct post {
  int number;
};

async_generator<int> count_from(int first) {
  for (;; ++first)
    co_yield first;
}

async_generator<std::string> each(texts of) {
  for (std::string &text : of)
    co_yield std::move(text);
}

async_generator<post> each_post(int count) {
  for (int i = 1; i <= count; ++i)
    co_yield post{i};
}

task<> read(std::stop_source stop) {
  auto rows = count_from(0);
  auto lines = each({"From: ann", "To: bob", "", "Hello"});
  auto posts = each_post(5);
  int last_read = 3;
  auto events = count_from(1);
  auto shutdown = stop.get_token();
#include "take.1.inc"
  const auto twenty = co_await (page | to<std::vector>());
  const auto before_blank = co_await (header | to<std::vector>());
  const auto rest = co_await (lines | to<std::vector>());
  const auto new_posts = co_await (unread | to<std::vector>());
  EXPECT_EQ(twenty.size(), 20u);
  EXPECT_EQ(twenty.front(), 100);
  EXPECT_EQ(before_blank, (texts{"From: ann", "To: bob"}));
  EXPECT_EQ(rest, texts{"Hello"});
  EXPECT_EQ(new_posts.size(), 2u);
  EXPECT_EQ(new_posts.front().number, 4);
  int seen = 0;
  while (auto event = co_await until_shutdown.next())
    if ((seen = *event) == 7)
      stop.request_stop();
  EXPECT_EQ(seen, 7);
}

TEST(Take, TheBeginningOrTheRest) { sync_wait(read(std::stop_source())); }

} // namespace
} // namespace essay_take
