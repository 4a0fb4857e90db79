// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that async_semaphore.h shows at its top.
#include "asynciter/async_semaphore.h"

#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/when_all.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace essay_async_semaphore {
namespace {

using namespace asynciter;

using url = std::string;
using page = std::string;

channel<int> arriving(0);
int fetching = 0;
int most = 0;

task<page> fetch(url where) {
  most = std::max(most, ++fetching);
  (void)co_await arriving.next();
  --fetching;
  co_return "page " + where;
}

#include "async_semaphore.1.inc"

task<> deliver(int count) {
  for (int i = 0; i != count; ++i)
    (void)co_await arriving.send(i);
}

task<std::vector<page>> fetch_all(int count) {
  std::vector<task<page>> fetches;
  for (int i = 0; i != count; ++i)
    fetches.push_back(fetch_politely(std::to_string(i)));
  auto [pages, delivered] = co_await when_all(when_all(std::move(fetches)), deliver(count));
  co_return std::move(pages);
}

TEST(AsyncSemaphore, EightAtOnce) {
  const std::vector<page> pages = sync_wait(fetch_all(20));
  ASSERT_EQ(pages.size(), 20u);
  EXPECT_EQ(pages[19], "page 19");
  EXPECT_EQ(most, 8);
  EXPECT_EQ(slots.available(), 8u);
}

} // namespace
} // namespace essay_async_semaphore
