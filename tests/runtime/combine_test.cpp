// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/combine.h"

#include "asynciter/async_stream.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/take.h"
#include "asynciter/transform.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

TEST(Zip, EndsWithTheShortest) {
  sync_wait([]() -> task<> {
    auto texts = numbers(9) | transform([](int x) { return std::to_string(x); });
    auto zipped = zip(numbers(2), texts, foreign_numbers(5));
    std::vector<std::tuple<int, std::string, int>> items;
    while (auto item = co_await zipped.next())
      items.push_back(*item);
    EXPECT_EQ(items, (std::vector<std::tuple<int, std::string, int>>{{0, "0", 0}, {1, "1", 1}}));
    EXPECT_FALSE(co_await zipped.next());
    EXPECT_EQ((co_await texts.next()).value(), "2"); // the first had ended, so this was not stepped
    EXPECT_FALSE(co_await zip(numbers(3), numbers(0)).next());
  }());
}

TEST(Zip, MovesOrRefers) {
  std::vector<std::string> texts{"a", "b"};
  sync_wait([](auto &texts) -> task<> {
    auto zipped = zip(owned_numbers(2), references(texts));
    auto &[number, text] = item_in(co_await zipped.next());
    const std::unique_ptr<int> taken = std::move(number);
    EXPECT_EQ(*taken, 0);
    EXPECT_EQ(&text, &texts[0]);
  }(texts));
}

TEST(Zip, StepsThatWait) {
  event awaited;
  ints sums;
  auto running = start([](event &awaited, ints &sums) -> task<> {
    auto zipped = zip(awaited_numbers(3, awaited), numbers(9), awaited_numbers(2, awaited));
    while (auto item = co_await zipped.next())
      sums.push_back(std::get<0>(*item) + std::get<1>(*item) + std::get<2>(*item));
  }(awaited, sums));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(sums, (ints{0, 3}));
}

TEST(Zip, ClosesAllThatItOwns) {
  std::string log, kept_log;
  sync_wait([](std::string &log, std::string &kept_log) -> task<> {
    auto kept = cleaning_numbers(kept_log);
    auto zipped = zip(cleaning_numbers(log, "a "), kept, cleaning_numbers(log, "b ") | take(9));
    EXPECT_TRUE(co_await zipped.next());
    co_await zipped.close();
    EXPECT_EQ(log, "a b ");
    EXPECT_EQ(kept_log, "");
    EXPECT_EQ((co_await kept.next()).value(), 1);
    co_await kept.close();
    log.clear();
    auto ended = zip(cleaning_numbers(log, "a "), numbers(1));
    EXPECT_TRUE(co_await ended.next());
    EXPECT_FALSE(co_await ended.next());
    EXPECT_EQ(log, "a ");
  }(log, kept_log));
}

TEST(Zip, ExceptionsReachTheStepAndCloseTheRest) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto zipped = zip(cleaning_numbers(log), failing_numbers(1));
    EXPECT_TRUE(co_await zipped.next());
    EXPECT_THROW((void)co_await zipped.next(), std::runtime_error);
    EXPECT_EQ(log, "closed ");
    EXPECT_FALSE(co_await zipped.next());
  }(log));
}

TEST(Concat, OneAfterTheOther) {
  auto borrowed = numbers(2);
  EXPECT_EQ(
      all(concat(numbers(2), borrowed, foreign_numbers(1), numbers(5) | filter([](int x) { return x > 3; }))),
      (ints{0, 1, 0, 1, 0, 4}));
  EXPECT_EQ(all(concat(numbers(0), numbers(0))), ints());
  EXPECT_EQ(all(concat(numbers(1))), (ints{0}));
}

TEST(Concat, ItemsOfDifferentTypesBecomeTheirCommonType) {
  ints items{7};
  auto stream = concat(references(items), numbers(1), async_stream(std::vector<long>{1'000'000'000'000}));
  static_assert(std::is_same_v<decltype(stream), async_generator<long>>);
  EXPECT_EQ(sync_wait(to<std::vector>(stream)), (std::vector<long>{7, 0, 1'000'000'000'000}));
  auto same = concat(references(items), references(items));
  static_assert(std::is_same_v<decltype(same), async_generator<int &>>);
  EXPECT_EQ(sync_wait(count(same)), 2u);
}

TEST(Concat, MoveOnlyItems) {
  sync_wait([]() -> task<> {
    auto stream = concat(owned_numbers(1), owned_numbers(2));
    int items = 0;
    while (auto item = co_await stream.next()) {
      const std::unique_ptr<int> taken = std::move(*item);
      EXPECT_TRUE(taken);
      ++items;
    }
    EXPECT_EQ(items, 3);
  }());
}

TEST(Concat, StepsTheNextOneOnlyAfterTheEnd) {
  int started = 0;
  auto noting = [](int &started) -> async_generator<int> {
    ++started;
    co_yield 9;
  };
  sync_wait([](auto noting, int &started) -> task<> {
    auto stream = concat(numbers(1), noting(started));
    EXPECT_TRUE(co_await stream.next());
    EXPECT_EQ(started, 0);
    EXPECT_TRUE(co_await stream.next());
    EXPECT_EQ(started, 1);
  }(noting, started));
}

TEST(Concat, ClosesTheOneThatItIsAt) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto stream = concat(numbers(1), cleaning_numbers(log, "generator "), numbers(1));
    EXPECT_TRUE(co_await stream.next());
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
    EXPECT_EQ(log, "generator ");
    log.clear();
    auto piped = concat(cleaning_numbers(log, "pipeline ") | filter([](int) { return true; }), numbers(1));
    EXPECT_TRUE(co_await piped.next());
    co_await piped.close();
    EXPECT_EQ(log, "pipeline ");
  }(log));
}

TEST(Flatten, OpensStreamsUp) {
  EXPECT_EQ(all(numbers(4) | transform(numbers) | flatten), (ints{0, 0, 1, 0, 1, 2}));
  auto even_ones = [](int n) { return numbers(n) | filter([](int x) { return x % 2 == 0; }); };
  EXPECT_EQ(all(flatten(numbers(4) | transform(even_ones))), (ints{0, 0, 0, 2}));
  EXPECT_EQ(all(numbers(3) | transform([](int n) { return foreign_numbers(n); }) | flatten), (ints{0, 0, 1}));
}

TEST(Flatten, OpensSyncRangesUp) {
  auto repeated = [](int n) { return ints(static_cast<std::size_t>(n), n); };
  EXPECT_EQ(all(numbers(4) | transform(repeated) | flatten()), (ints{1, 2, 2, 3, 3, 3}));
  std::vector<std::vector<std::string>> nested{{"a", "b"}, {}, {"c"}};
  auto stream = references(nested) | flatten;
  static_assert(std::is_same_v<decltype(stream), async_generator<std::string &>>);
  EXPECT_EQ(sync_wait(to<std::vector>(stream)), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(nested[0][0], "a");
  auto owned = numbers(3) | transform([](int n) {
                 std::vector<std::unique_ptr<int>> items;
                 items.push_back(std::make_unique<int>(n));
                 return items;
               }) |
               flatten;
  EXPECT_EQ(*sync_wait(to<std::vector>(owned)).at(2), 2);
}

TEST(Flatten, ClosesTheInnerAndTheOuterStream) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto inner = [&log](int n) {
      return cleaning_numbers(log, "inner ") | take(static_cast<std::size_t>(n));
    };
    auto stream = cleaning_numbers(log, "outer ") | transform(inner) | flatten;
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ((co_await stream.next()).value(), 0); // the first one of the streams of one and of two items
    EXPECT_EQ(log, "inner ");
    co_await stream.close();
    EXPECT_EQ(log, "inner inner outer ");
  }(log));
}

TEST(Flatten, ExceptionsReachTheStep) {
  sync_wait([]() -> task<> {
    auto stream = numbers(3) | transform(failing_numbers) | flatten;
    EXPECT_THROW((void)co_await stream.next(), std::runtime_error);
    EXPECT_FALSE(co_await stream.next());
  }());
}

TEST(Combine, IsDestroyedAtEachSuspension) {
  EXPECT_EQ(destroy_at_each_suspension([](event &awaited, int &alive) -> task<> {
              auto kept = [&alive](int x) { return std::make_pair(x, counted(alive)); };
              auto zipped = zip(awaited_numbers(2, awaited) | transform(kept), awaited_numbers(2, awaited));
              auto inner = [&awaited](int n) -> async_generator<int> {
                co_yield elements_of(awaited_numbers(n, awaited));
              };
              auto joined = concat(awaited_numbers(1, awaited), numbers(3) | transform(inner) | flatten);
              counted here(alive);
              while (co_await zipped.next())
                counted in_the_loop(alive);
              while (co_await joined.next())
                counted in_the_loop(alive);
            }),
            5 + 2 + (1 + 2 + 3));
}

} // namespace
