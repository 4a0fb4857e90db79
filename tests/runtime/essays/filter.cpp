// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that filter.h shows at its top.
#include "asynciter/filter.h"

#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace essay_filter {
namespace {

using namespace asynciter;

using texts = std::vector<std::string>;
using user = std::string;

struct database {
  task<std::optional<user>> find(int id) {
    if (id % 2 == 0)
      co_return std::nullopt;
    co_return "user " + std::to_string(id);
  }
};

async_generator<std::string> lines(texts socket) {
  for (std::string &line : socket)
    co_yield std::move(line);
}

async_generator<int> up_to(int n) {
  for (int i = 1; i <= n; ++i)
    co_yield i;
}

task<texts> read(texts socket, database &db) {
  texts reported;
  auto report = [&](const std::string &line) { reported.push_back(line); };
  auto ids = up_to(3);
#include "filter.1.inc"
  while (auto user = co_await users.next())
    reported.push_back(*user);
  co_return reported;
}

TEST(Filter, KeepsWhatIsWanted) {
  database db;
  EXPECT_EQ(sync_wait(read({"E1", "I2", "E3"}, db)), (texts{"E1", "E3", "user 1", "user 3"}));
}

} // namespace
} // namespace essay_filter
