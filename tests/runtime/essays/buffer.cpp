// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that buffer.h shows at its top.
#include "asynciter/buffer.h"

#include "asynciter/async_generator.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace essay_buffer {
namespace {

using namespace asynciter;

int fetched = 0;
int stored = 0;
int furthest_ahead = 0;

async_generator<std::string> fetch_all(std::vector<std::string> urls) {
  for (std::string &url : urls) {
    ++fetched;
    co_yield "page " + url;
  }
}

task<> store(std::string page) {
  EXPECT_EQ(page, "page " + std::to_string(stored));
  furthest_ahead = std::max(furthest_ahead, fetched - stored);
  ++stored;
  co_return;
}

task<> copy(std::vector<std::string> urls) {
#include "buffer.1.inc"
}

TEST(Buffer, FetchesAhead) {
  std::vector<std::string> urls;
  for (int i = 0; i != 20; ++i)
    urls.push_back(std::to_string(i));
  sync_wait(copy(std::move(urls)));
  EXPECT_EQ(stored, 20);
  EXPECT_GE(furthest_ahead, 4);
  EXPECT_LE(furthest_ahead, 6);
}

} // namespace
} // namespace essay_buffer
