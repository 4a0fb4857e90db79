// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/chunk.h"

#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

template <class S> std::vector<ints> all_of_them(S stream) {
  return sync_wait([](S stream) -> task<std::vector<ints>> {
    std::vector<ints> items;
    while (auto item = co_await stream.next())
      items.push_back(*item);
    co_return items;
  }(std::move(stream)));
}

using lists = std::vector<ints>;

TEST(Chunk, TheLastOneMayBeShorter) {
  EXPECT_EQ(all_of_them(numbers(5) | chunk(2)), (lists{{0, 1}, {2, 3}, {4}}));
  EXPECT_EQ(all_of_them(numbers(4) | chunk(2)), (lists{{0, 1}, {2, 3}}));
  EXPECT_EQ(all_of_them(chunk(numbers(2), 9)), (lists{{0, 1}}));
  EXPECT_EQ(all_of_them(numbers(2) | chunk(1)), (lists{{0}, {1}}));
  EXPECT_EQ(all_of_them(numbers(0) | chunk(2)), lists());
  EXPECT_EQ(all_of_them(foreign_numbers(3) | chunk(2)), (lists{{0, 1}, {2}}));
}

TEST(Chunk, TheShorterOnePassesTheOtherStages) {
  auto size = [](const ints &chunk) { return static_cast<int>(chunk.size()); };
  EXPECT_EQ(all(numbers(5) | chunk(3) | transform(size)), (ints{3, 2}));
  EXPECT_EQ(all(numbers(5) | chunk(3) | transform(size) | filter([](int n) { return n < 3; })), (ints{2}));
  EXPECT_EQ(all(numbers(5) | chunk(3) | transform(size) | filter([](int n) { return n == 3; })), (ints{3}));
  EXPECT_EQ(all(numbers(5) | chunk(3) | take(1) | transform(size)), (ints{3}));
  EXPECT_EQ(all(numbers(5) | chunk(3) | take(2) | transform(size)), (ints{3, 2}));
  EXPECT_EQ(all(numbers(9) | take(5) | chunk(3) | transform(size)), (ints{3, 2}));
  EXPECT_EQ(all(numbers(9) | take_while([](int x) { return x < 5; }) | chunk(3) | transform(size)),
            (ints{3, 2}));
  auto lengths = numbers(10) | chunk(2) | chunk(2) | transform([](auto &chunks) {
                   int items = 0;
                   for (auto &chunk : chunks)
                     items = items * 10 + static_cast<int>(chunk.size());
                   return items;
                 });
  EXPECT_EQ(all(std::move(lengths)), (ints{22, 22, 2}));
  auto odd = numbers(9) | chunk(2) | chunk(2) |
             transform([](auto &chunks) { return static_cast<int>(chunks.size()); });
  EXPECT_EQ(all(std::move(odd)), (ints{2, 2, 1}));
}

// Stages before it may have nothing to hand out by then.
TEST(Chunk, TheShorterOneComesAfterItemsThatWereDropped) {
  const auto mapped_once = [](int item) {
    return item == 0 ? std::optional<std::string>("a text that is allocated elsewhere") : std::nullopt;
  };
  const auto first_of = [](auto stream) -> task<std::string> {
    auto item = co_await stream.next();
    auto text = std::move(item.value().front());
    EXPECT_EQ(item->size(), 1);
    EXPECT_FALSE(co_await stream.next());
    co_return text;
  };
  const std::string expected = "a text that is allocated elsewhere";
  EXPECT_EQ(sync_wait(first_of(numbers(3) | filter_map(mapped_once) | chunk(3))), expected);
  EXPECT_EQ(sync_wait(first_of(numbers(3) | take_while([](int item) { return item < 2; }) |
                               filter_map(mapped_once) | chunk(3))),
            expected);
  std::string kept = expected;
  const auto pointer_once = [&kept](int item) { return item == 0 ? &kept : nullptr; };
  EXPECT_EQ(sync_wait(first_of(numbers(2) | filter_map(pointer_once) | chunk(3) |
                               filter([](const auto &) { return true; }))),
            expected);
}

TEST(Chunk, AfterItsEndItSaysEnd) {
  sync_wait([]() -> task<> {
    auto chunks = numbers(3) | chunk(2);
    EXPECT_TRUE(co_await chunks.next());
    EXPECT_TRUE(co_await chunks.next());
    for (int i = 0; i < 3; ++i)
      EXPECT_FALSE(co_await chunks.next());
  }());
}

/// Throws at 3, and would go on.
int reject_three(int x) {
  if (x == 3)
    throw std::runtime_error("three");
  return x;
}

template <class S> task<> expect_failure_and_end(S chunks, std::size_t before) {
  for (std::size_t i = 0; i < before; ++i)
    EXPECT_EQ(item_in(co_await chunks.next()).size(), 2u);
  EXPECT_THROW((void)co_await chunks.next(), std::runtime_error);
  for (int i = 0; i < 2; ++i)
    EXPECT_FALSE(co_await chunks.next());
}

// What throws may be the stream, a stage before the chunk, or one behind it.
TEST(Chunk, AnExceptionComesAtOnceAndThenTheEnd) {
  sync_wait(expect_failure_and_end(failing_numbers(3) | chunk(2), 1));
  sync_wait(expect_failure_and_end(numbers(9) | transform(reject_three) | chunk(2), 1));
  auto reject_second = [](ints &chunk) -> ints & {
    reject_three(chunk.back());
    return chunk;
  };
  sync_wait(expect_failure_and_end(numbers(9) | chunk(2) | transform(reject_second), 1));
  sync_wait(expect_failure_and_end(numbers(9) | transform(reject_three) | window(2), 2));
  auto borrowed = numbers(9) | transform(reject_three);
  sync_wait(expect_failure_and_end(borrowed | chunk(2), 1));

  event awaited;
  auto waited =
      start(expect_failure_and_end(awaited_numbers(9, awaited) | transform(reject_three) | chunk(2), 1));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(waited.done());
}

TEST(Chunk, ClosedItHandsOutNothingMore) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto chunks = cleaning_numbers(log) | filter([](int x) {
                    if (x == 3)
                      throw std::runtime_error("three");
                    return true;
                  }) |
                  chunk(2);
    EXPECT_TRUE(co_await chunks.next());
    EXPECT_THROW((void)co_await chunks.next(), std::runtime_error); // has the 2 by now
    co_await chunks.close();
    EXPECT_FALSE(co_await chunks.next());
  }(log));
  EXPECT_EQ(log, "closed ");
}

TEST(Chunk, MovesWhatIsGivenAwayAndMayBeMovedFrom) {
  sync_wait([]() -> task<> {
    auto chunks = owned_numbers(5) | chunk(2);
    int sum = 0, count = 0;
    while (auto item = co_await chunks.next()) {
      std::vector<std::unique_ptr<int>> taken = std::move(*item);
      ++count;
      for (auto &each : taken)
        sum += *each;
    }
    EXPECT_EQ(count, 3);
    EXPECT_EQ(sum, 10);
  }());
  std::vector<std::string> texts{"a", "b", "c"};
  EXPECT_EQ(sync_wait(references(texts) | chunk(2) | count), 2u);
  EXPECT_EQ(texts, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Chunk, IsDestroyedAtEachSuspension) {
  EXPECT_EQ(destroy_at_each_suspension([](event &awaited, int &alive) -> task<> {
              auto chunks = awaited_numbers(5, awaited) |
                            transform([&alive](int) { return counted(alive); }) | chunk(2);
              while (auto item = co_await chunks.next())
                EXPECT_LE(item->size(), 2u);
            }),
            6);
}

TEST(Window, EachItemWithThoseBeforeIt) {
  EXPECT_EQ(all_of_them(numbers(5) | window(3)), (lists{{0, 1, 2}, {1, 2, 3}, {2, 3, 4}}));
  EXPECT_EQ(all_of_them(window(numbers(3), 3)), (lists{{0, 1, 2}}));
  EXPECT_EQ(all_of_them(numbers(2) | window(3)), lists());
  EXPECT_EQ(all_of_them(numbers(2) | window(1)), (lists{{0}, {1}}));
}

TEST(Chunk, OfNothingIsRefused) {
  EXPECT_THROW((void)chunk(0), std::invalid_argument);
  EXPECT_THROW((void)chunk(numbers(1), 0), std::invalid_argument);
  EXPECT_THROW((void)window(0), std::invalid_argument);
  EXPECT_THROW((void)window(numbers(1), 0), std::invalid_argument);
}

TEST(Window, MoveOnlyItems) {
  EXPECT_EQ(all(owned_numbers(4) | window(2) | transform([](const std::vector<std::unique_ptr<int>> &two) {
                  return *two[0] * 10 + *two[1];
                })),
            (ints{1, 12, 23}));
}

} // namespace
