// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that adaptors.h shows at its top.
#include "asynciter/adaptors.h"

#include "asynciter/async_generator.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace essay_adaptors {
namespace {

using namespace asynciter;

struct user {
  std::string name;
  bool active;
};

struct database {
  int read = 0;
};

async_generator<user> users(database &db) {
  for (;; ++db.read) {
    user next{"user " + std::to_string(db.read), db.read % 2 == 1};
    co_yield next;
  }
}

task<std::vector<std::string>> names_of_active(database &db) {
#include "adaptors.1.inc"
  co_return names;
}

TEST(Adaptors, AnAsyncComprehension) {
  database db;
  const std::vector<std::string> names = sync_wait(names_of_active(db));
  ASSERT_EQ(names.size(), 10u);
  EXPECT_EQ(names.front(), "user 1");
  EXPECT_EQ(names.back(), "user 19");
  EXPECT_EQ(db.read, 19);
}

} // namespace
} // namespace essay_adaptors
