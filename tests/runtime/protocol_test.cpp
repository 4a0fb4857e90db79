// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/protocol.h"

#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <concepts>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <vector>

using namespace asynciter;

namespace {

struct [[nodiscard]] hand_written_stream {
  task<std::optional<int>> next();
};

struct sync_stream {
  std::optional<int> next();
};

struct [[nodiscard]] hand_written_iterable {
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

// A stream is no sync range, and asking whether it is one is no error.
static_assert(!std::ranges::range<async_generator<int>>);
static_assert(!std::ranges::range<async_generator<int> &>);
static_assert(!std::ranges::range<const async_generator<int> &>);
static_assert(std::movable<async_generator<int>> && !std::copyable<async_generator<int>>);
static_assert(std::movable<task<int>> && !std::copyable<task<int>>);

// Steps: what is optional-like.
static_assert(step<step_result<int>>);
static_assert(step<std::optional<std::string>>);
static_assert(step<int *>);
static_assert(step<std::unique_ptr<int>>);
static_assert(!step<int>);
static_assert(!step<bool>);
static_assert(!step<std::string>);
static_assert(std::is_trivially_copyable_v<step_result<std::string>>);
static_assert(sizeof(step_result<int>) == sizeof(int *));
static_assert(std::is_same_v<decltype(*step_result<const int &>()), const int &>);
static_assert(!std::is_convertible_v<step_result<bool>, bool>, "an item is not mistaken for the step");

TEST(StepResult, ItemIsReadThroughIt) {
  std::string item = "item";
  const step_result<std::string> step(&item);
  EXPECT_TRUE(step);
  EXPECT_TRUE(step.has_value());
  EXPECT_EQ(&*step, &item);
  EXPECT_EQ(step->size(), 4u);
  EXPECT_EQ(&step.value(), &item);
  EXPECT_EQ(step.value_or("other"), item);
}

TEST(StepResult, EndHasNoValue) {
  const step_result<int> end;
  EXPECT_FALSE(end);
  EXPECT_FALSE(end.has_value());
  EXPECT_THROW((void)end.value(), end_of_stream);
  EXPECT_EQ(end.value_or(7), 7);
}

TEST(StepResult, CopiesReferToTheSameItem) {
  int item = 1;
  step_result<int> step(&item);
  const step_result<int> copy = step;
  *copy = 2;
  EXPECT_EQ(*step, 2);
  step = step_result<int>();
  EXPECT_FALSE(step);
  EXPECT_TRUE(copy);
}

TEST(StepResult, EndSaysWhatHappened) {
  EXPECT_STREQ(end_of_stream().what(), "asynciter: read past the end of a stream");
}

#ifndef NDEBUG
TEST(StepResultDeathTest, ReadingTheEndIsAsserted) {
  const step_result<std::string> end;
  EXPECT_DEATH((void)*end, "said end");
  EXPECT_DEATH((void)end->size(), "said end");
}
#endif

} // namespace
