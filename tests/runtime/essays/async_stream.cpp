// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that async_stream.h shows at its top.
#include "asynciter/async_stream.h"

#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/merge.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace essay_async_stream {
namespace {

using namespace asynciter;

using row = int;

/// A cached row as it is now, unless it is gone.
task<std::optional<row>> refresh(row cached) {
  if (cached == 2)
    co_return std::nullopt;
  co_return cached * 10;
}

task<std::vector<row>> read(const std::vector<row> &cached_rows, std::vector<int> four_and_five) {
  auto live = async_stream(four_and_five);
#include "async_stream.1.inc"
  auto result = co_await (rows | to<std::vector>());
  auto merged = co_await (all | to<std::vector>());
  std::sort(merged.begin(), merged.end());
  result.insert(result.end(), merged.begin(), merged.end());
  co_return result;
}

TEST(AsyncStream, ASyncRangeAmongStreams) {
  const std::vector<row> cached{1, 2, 3};
  EXPECT_EQ(sync_wait(read(cached, {4, 5})), (std::vector<row>{10, 30, 1, 2, 3, 4, 5}));
}

} // namespace
} // namespace essay_async_stream
