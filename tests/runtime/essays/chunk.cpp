// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that chunk.h shows at its top.
#include "asynciter/chunk.h"

#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/transform.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <numeric>
#include <vector>

namespace essay_chunk {
namespace {

using namespace asynciter;

using row = int;

struct database {
  task<> insert(const std::vector<row> &batch) {
    sizes.push_back(batch.size());
    co_return;
  }
  std::vector<std::size_t> sizes;
};

async_generator<int> up_to(int n) {
  for (int i = 1; i <= n; ++i)
    co_yield i;
}

double mean(const std::vector<int> &of) {
  return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
}

task<std::vector<double>> copy(database &db) {
  auto rows = up_to(250);
  auto samples = up_to(5);
#include "chunk.1.inc"
  co_return co_await (averages | to<std::vector>());
}

TEST(Chunk, BatchesAndWindows) {
  database db;
  EXPECT_EQ(sync_wait(copy(db)), (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(db.sizes, (std::vector<std::size_t>{100, 100, 50}));
}

} // namespace
} // namespace essay_chunk
