// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that collect.h shows at its top.
#include "asynciter/collect.h"

#include "asynciter/async_generator.h"
#include "asynciter/filter.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/transform.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace essay_collect {
namespace {

using namespace asynciter;

struct order {
  int amount;
  bool paid;
};

struct database {
  std::vector<order> orders;
};

async_generator<std::string> text(std::vector<std::string> &socket) {
  for (std::string &line : socket)
    co_yield line;
}

async_generator<order> orders(database &db) {
  for (const order &each : db.orders)
    co_yield each;
}

async_generator<int> rows(database &db) {
  for (const order &each : db.orders)
    co_yield each.amount;
}

bool matches(int row) { return row > 1; }

struct results {
  std::vector<std::string> lines;
  int total;
  std::optional<int> found;
  bool all_paid;
};

task<results> ask(database &db, std::vector<std::string> socket) {
#include "collect.1.inc"
  co_return results{lines, total, found, all_paid};
}

TEST(Collect, EndsOfPipelines) {
  database db{{{1, true}, {2, false}, {3, true}}};
  const results got = sync_wait(ask(db, {"a", "b"}));
  EXPECT_EQ(got.lines, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(got.total, 6);
  EXPECT_EQ(got.found, 2);
  EXPECT_FALSE(got.all_paid);
}

} // namespace
} // namespace essay_collect
