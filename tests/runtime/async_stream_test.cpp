// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/async_stream.h"

#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <array>
#include <list>
#include <memory>
#include <ranges>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

using lifted = range_stream<std::vector<int>>;
static_assert(stream<lifted>);
static_assert(detail::native_stream<lifted>);
static_assert(!detail::wants_close<lifted>);
static_assert(!std::ranges::range<lifted>);
static_assert(std::is_same_v<lifted::reference, int &&>);
static_assert(std::is_same_v<range_stream<std::vector<int> &>::reference, int &>);
static_assert(std::is_same_v<range_stream<const std::vector<int> &>::reference, const int &>);
static_assert(std::is_same_v<range_stream<std::span<int>>::reference, int &>);
static_assert(std::is_same_v<decltype(async_stream(std::views::iota(0)))::reference, int &&>);

TEST(AsyncStream, BorrowsAnLvalue) {
  ints items{1, 2, 3};
  sync_wait([](ints &items) -> task<> {
    auto stream = async_stream(items);
    EXPECT_EQ(&(co_await stream.next()).value(), &items[0]);
    auto moved = std::move(stream);
    EXPECT_EQ(&(co_await moved.next()).value(), &items[1]);
    EXPECT_EQ(&(co_await moved.next()).value(), &items[2]);
    for (int i = 0; i < 3; ++i)
      EXPECT_FALSE(co_await moved.next());
  }(items));
  EXPECT_EQ(all(async_stream(std::as_const(items)) | take(2)), (ints{1, 2}));
}

TEST(AsyncStream, OwnsAnRvalue) {
  EXPECT_EQ(all(async_stream(ints{1, 2})), (ints{1, 2}));
  EXPECT_EQ(all(async_stream(std::array{1, 2}) | transform([](int x) { return x; })), (ints{1, 2}));
  EXPECT_EQ(all(async_stream(std::list<int>())), ints());
  EXPECT_EQ(sync_wait(async_stream(std::string("abc")) | to<std::string>()), "abc");
}

TEST(AsyncStream, ItemsOfAContainerThatIsOwnedCanBeMovedOut) {
  std::vector<std::unique_ptr<int>> owned;
  owned.push_back(std::make_unique<int>(7));
  auto moved = sync_wait(async_stream(std::move(owned)) | to<std::vector>());
  EXPECT_EQ(*moved.at(0), 7);

  std::vector<std::string> texts{"kept"};
  EXPECT_EQ(sync_wait(async_stream(texts) | to<std::vector>()), texts);
  EXPECT_EQ(texts[0], "kept");
}

TEST(AsyncStream, TakesViewsAndRangesThatAreReadOnce) {
  auto squares = std::views::iota(0, 4) | std::views::transform([](int x) { return x * x; });
  EXPECT_EQ(all(async_stream(squares) | filter([](int x) { return x > 0; })), (ints{1, 4, 9}));
  std::istringstream text("3 1 2");
  EXPECT_EQ(all(async_stream(std::ranges::istream_view<int>(text))), (ints{3, 1, 2}));
}

TEST(AsyncStream, WhatAnIteratorThrowsEndsIt) {
  auto failing = std::views::iota(0, 4) |
                 std::views::transform([](int x) { return x == 1 ? throw std::runtime_error("one") : x; });
  sync_wait([](auto failing) -> task<> {
    auto stream = async_stream(std::move(failing)) | transform([](int x) { return x; });
    EXPECT_EQ(item_in(co_await stream.next()), 0);
    EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
    EXPECT_FALSE(co_await stream.next());
  }(failing));
}

struct range_without_begin {
  int *begin() { throw std::runtime_error("no begin"); }
  int *end() { return nullptr; }
};

TEST(AsyncStream, ARangeThatCannotBeginEndsIt) {
  sync_wait([]() -> task<> {
    auto stream = async_stream(range_without_begin());
    EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
    EXPECT_FALSE(co_await stream.next());
  }());
}

TEST(AsyncStream, WorksInForEach) {
  sync_wait([]() -> task<> {
    int sum = 0;
    auto body = [&sum](int item) { sum += item; };
    co_await for_each(async_stream(ints(3, 2)), body);
    EXPECT_EQ(sum, 6);
  }());
}

#ifndef NDEBUG
TEST(AsyncStreamDeathTest, MovingItLateIsAsserted) {
  sync_wait([]() -> task<> {
    auto stream = async_stream(ints(2, 7));
    EXPECT_TRUE(co_await stream.next());
    EXPECT_DEATH(auto moved = std::move(stream), "after its first step");
  }());
}
#endif

} // namespace
