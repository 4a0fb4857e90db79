// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/filter.h"

#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

TEST(Filter, KeepsWhatThePredicateAccepts) {
  EXPECT_EQ(all(numbers(6) | filter([](int x) { return x % 3 == 0; })), (ints{0, 3}));
  EXPECT_EQ(all(filter(numbers(3), [](int) { return false; })), ints());
}

TEST(Filter, TheItemIsTheOneOfTheStream) {
  ints items{1, 2, 3};
  sync_wait([](ints &items) -> task<> {
    auto odd = references(items) | filter([](int &x) { return x % 2 == 1; });
    EXPECT_EQ(&(co_await odd.next()).value(), &items[0]);
    EXPECT_EQ(&(co_await odd.next()).value(), &items[2]);
    static_assert(std::is_same_v<decltype(odd)::reference, int &>);
  }(items));
}

TEST(Filter, APredicateThatTakesAValueDoesNotTakeTheItemAway) {
  auto texts = []() -> async_generator<std::string> { co_yield "a text that needs memory of its own"; };
  sync_wait([](auto texts) -> task<> {
    auto kept = texts() | filter([](std::string text) { return !text.empty(); });
    EXPECT_EQ(item_in(co_await kept.next()), "a text that needs memory of its own");
  }(texts));
}

TEST(Filter, ThePredicateMayBeAMemberOrHaveState) {
  auto pairs = []() -> async_generator<std::pair<int, bool>> {
    co_yield std::pair(1, true);
    co_yield std::pair(2, false);
    co_yield std::pair(3, true);
  };
  EXPECT_EQ(sync_wait([](auto pairs) -> task<int> {
              int sum = 0;
              auto chosen = pairs() | filter(&std::pair<int, bool>::second);
              while (auto item = co_await chosen.next())
                sum += item->first;
              co_return sum;
            }(pairs)),
            4);
  auto every_other = [n = 0](int) mutable { return n++ % 2 == 0; };
  EXPECT_EQ(all(numbers(5) | filter(every_other)), (ints{0, 2, 4}));
  auto with_object = [limit = std::make_unique<int>(2)](int x) { return x < *limit; };
  EXPECT_EQ(all(numbers(5) | filter(std::move(with_object))), (ints{0, 1}));
}

TEST(Filter, ThePredicateMayBeACoroutine) {
  event awaited;
  ints items;
  auto running = start([](event &awaited, ints &items) -> task<> {
    auto wait_for_odd = [&awaited](const int &x) -> task<bool> {
      if (x % 2 == 1)
        co_await awaited;
      co_return x > 0;
    };
    auto accepted = numbers(4) | filter(wait_for_odd);
    while (auto item = co_await accepted.next())
      items.push_back(*item);
  }(awaited, items));
  int waits = 0;
  for (; awaited.awaited(); ++waits)
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(waits, 2);
  EXPECT_EQ(items, (ints{1, 2, 3}));
  EXPECT_EQ(all(foreign_numbers(4) | filter([](int x) -> task<bool> { co_return x != 1; })), (ints{0, 2, 3}));
}

TEST(Filter, ACoroutineThatThrowsEndsTheStream) {
  sync_wait([]() -> task<> {
    auto failing = numbers(4) | filter([](int x) -> task<bool> {
                     if (x == 1)
                       throw std::runtime_error("one");
                     co_return true;
                   });
    EXPECT_EQ((co_await failing.next()).value(), 0);
    EXPECT_THROW((void)co_await failing.next(), std::runtime_error);
    EXPECT_FALSE(co_await failing.next());
  }());
}

TEST(Filter, MoveOnlyItemsWithACoroutine) {
  sync_wait([]() -> task<> {
    auto some =
        owned_numbers(3) | filter([](const std::unique_ptr<int> &x) -> task<bool> { co_return *x > 0; });
    auto item = co_await some.next();
    const std::unique_ptr<int> taken = std::move(item.value());
    EXPECT_EQ(*taken, 1);
  }());
}

TEST(FilterMap, GivesWhatIsInTheResults) {
  auto half = [](int x) { return x % 2 == 0 ? std::optional(x / 2) : std::nullopt; };
  EXPECT_EQ(all(numbers(6) | filter_map(half)), (ints{0, 1, 2}));
  EXPECT_EQ(all(filter_map(numbers(1), half)), (ints{0}));
}

TEST(FilterMap, APointerGivesWhatItPointsTo) {
  std::map<int, std::string> names{{1, "one"}, {3, "three"}};
  auto find = [&names](int x) -> std::string * {
    auto at = names.find(x);
    return at == names.end() ? nullptr : &at->second;
  };
  sync_wait([](auto &names, auto find) -> task<> {
    auto found = numbers(5) | filter_map(find);
    EXPECT_EQ(&item_in(co_await found.next()), &names[1]);
    EXPECT_EQ(&item_in(co_await found.next()), &names[3]);
    EXPECT_FALSE(co_await found.next());
    static_assert(std::is_same_v<typename decltype(found)::reference, std::string &>);
  }(names, find));
}

TEST(FilterMap, TheCallableMayBeACoroutine) {
  auto find = [](int x) -> task<std::optional<std::string>> {
    if (x == 1)
      co_return std::nullopt;
    co_return std::to_string(x);
  };
  sync_wait([](auto find) -> task<> {
    auto found = numbers(3) | filter_map(find);
    EXPECT_EQ(item_in(co_await found.next()), "0");
    EXPECT_EQ(item_in(co_await found.next()), "2");
    EXPECT_FALSE(co_await found.next());
  }(find));
}

TEST(FilterMap, MoveOnlyItems) {
  auto pass_odd = [](std::unique_ptr<int> x) -> std::optional<std::unique_ptr<int>> {
    if (*x % 2 == 0)
      return std::nullopt;
    return x;
  };
  sync_wait([](auto pass_odd) -> task<> {
    auto odd = owned_numbers(4) | filter_map(pass_odd);
    int sum = 0;
    while (auto item = co_await odd.next()) {
      const std::unique_ptr<int> taken = std::move(*item);
      sum += *taken;
    }
    EXPECT_EQ(sum, 4);
  }(pass_odd));
}

} // namespace
