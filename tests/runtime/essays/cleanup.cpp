// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that cleanup.h shows at its top.
#include "asynciter/cleanup.h"

#include "asynciter/async_generator.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace essay_cleanup {
namespace {

using namespace asynciter;

using row = int;

struct cursor {
  task<std::optional<row>> fetch() {
    if (next == 3)
      co_return std::nullopt;
    co_return ++next;
  }
  task<> close() {
    *log += "closed;";
    co_return;
  }
  std::string *log;
  int next = 0;
};

struct database {
  task<cursor> open(std::string query) {
    log += query + ";";
    co_return cursor{&log};
  }
  std::string log;
};

#include "cleanup.1.inc"

task<int> sum(database &db, int at_most) {
  int sum = 0;
  auto stream = rows(db, "all");
  while (auto row = co_await stream.next()) {
    if (*row > at_most)
      break;
    sum += *row;
  }
  co_await stream.close();
  co_return sum;
}

TEST(Cleanup, IsAwaitedAtTheEndAndWhenClosedEarly) {
  database db;
  EXPECT_EQ(sync_wait(sum(db, 3)), 6);
  EXPECT_EQ(db.log, "all;closed;");
  EXPECT_EQ(sync_wait(sum(db, 1)), 1);
  EXPECT_EQ(db.log, "all;closed;all;closed;");
}

} // namespace
} // namespace essay_cleanup
