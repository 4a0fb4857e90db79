// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/protocol.h"

#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

using namespace asynciter;

namespace {

struct hand_written_stream {
  task<std::optional<int>> next();
};

struct sync_stream {
  std::optional<int> next();
};

struct hand_written_iterable {
  struct iterator {
    int operator*() const;
    task<iterator &> operator++();
    bool operator==(std::default_sentinel_t) const;
  };
  task<iterator> begin();
  std::default_sentinel_t end();
};

static_assert(awaitable<task<int>>);
static_assert(awaitable<std::suspend_always>);
static_assert(!awaitable<int>);
static_assert(!awaitable<task<int> &>, "a task is awaited once, so it must be moved");
static_assert(std::is_same_v<await_result_t<task<int &>>, int &>);
static_assert(std::is_void_v<await_result_t<task<>>>);

static_assert(stream<async_generator<int>>);
static_assert(stream<async_generator<const std::string &>>);
static_assert(stream<async_generator<std::unique_ptr<int>>>);
static_assert(stream<hand_written_stream>);
static_assert(!stream<sync_stream>);
static_assert(!stream<std::vector<int>>);
static_assert(!stream<task<int>>);

static_assert(async_iterator<async_generator<int>::iterator>);
static_assert(async_iterator<hand_written_iterable::iterator>);
static_assert(!async_iterator<int *>);

static_assert(async_iterable<async_generator<int>>);
static_assert(async_iterable<hand_written_iterable>);
static_assert(!async_iterable<std::vector<int>>);

TEST(StepResult, ItemIsReadThroughIt) {
  std::string item = "item";
  const step_result<std::string> step(&item);
  EXPECT_TRUE(step);
  EXPECT_TRUE(step.has_value());
  EXPECT_EQ(&*step, &item);
  EXPECT_EQ(step->size(), 4u);
  EXPECT_EQ(&step.value(), &item);
}

TEST(StepResult, EndHasNoValue) {
  const step_result<int> end;
  EXPECT_FALSE(end);
  EXPECT_FALSE(end.has_value());
  EXPECT_THROW((void)end.value(), end_of_stream);
}

#ifndef NDEBUG
TEST(StepResultDeathTest, ReadingTheEndIsAsserted) {
  const step_result<std::string> end;
  EXPECT_DEATH((void)*end, "said end");
  EXPECT_DEATH((void)end->size(), "said end");
}
#endif

} // namespace
