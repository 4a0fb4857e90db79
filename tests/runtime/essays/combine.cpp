// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that combine.h shows at its top.
#include "asynciter/combine.h"

#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/transform.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace essay_combine {
namespace {

using namespace asynciter;

using row = std::string;
using texts = std::vector<std::string>;

struct database {
  texts rows;
};

async_generator<std::string> each(texts of) {
  for (std::string &text : of)
    co_yield std::move(text);
}

async_generator<int> numbers() {
  for (int i = 30;; ++i)
    co_yield i;
}

async_generator<row> header() { co_yield "name"; }
async_generator<row> rows(database &db) {
  for (const row &each : db.rows)
    co_yield each;
}

async_generator<std::string> lines_of(std::string file) {
  co_yield file + " 1";
  co_yield file + " 2";
}

task<texts> combined(database &db) {
  auto names = each({"ann", "bob"});
  auto ages = numbers();
  auto files = each({"a", "b"});
#include "combine.1.inc"
  texts result;
  while (auto pair = co_await pairs.next())
    result.push_back(std::get<0>(*pair) + " " + std::to_string(std::get<1>(*pair)));
  while (auto item = co_await all.next())
    result.push_back(*item);
  while (auto line = co_await lines.next())
    result.push_back(*line);
  co_return result;
}

TEST(Combine, SideBySideOneAfterTheOtherAndOpenedUp) {
  database db{{"ann", "bob"}};
  EXPECT_EQ(sync_wait(combined(db)),
            (texts{"ann 30", "bob 31", "name", "ann", "bob", "a 1", "a 2", "b 1", "b 2"}));
}

} // namespace
} // namespace essay_combine
