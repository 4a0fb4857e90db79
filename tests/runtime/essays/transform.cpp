// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that transform.h shows at its top.
#include "asynciter/transform.h"

#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace essay_transform {
namespace {

using namespace asynciter;

using url = std::string;
using page = std::string;
using texts = std::vector<std::string>;

struct http_client {
  task<page> get(url where) { co_return "page of " + where; }
};

async_generator<std::string> each(texts of) {
  for (std::string &text : of)
    co_yield std::move(text);
}

async_generator<int> up_to(int n) {
  for (int i = 1; i <= n; ++i)
    co_yield i;
}

task<> read() {
  http_client client;
  auto urls = each({"a", "bc"});
  auto lines = each({"x", "y"});
  auto amounts = up_to(3);
  std::ostringstream out;
#include "transform.1.inc"
  const auto each_size = co_await (sizes | to<std::vector>());
  const auto each_total = co_await (totals | to<std::vector>());
  EXPECT_EQ(each_size, (std::vector<std::size_t>{9, 10}));
  EXPECT_EQ(out.str(), "0: x\n1: y\n");
  EXPECT_EQ(each_total, (std::vector<int>{1, 3, 6}));
}

TEST(Transform, WhatIsMadeOfItems) { sync_wait(read()); }

} // namespace
} // namespace essay_transform
