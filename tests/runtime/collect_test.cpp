// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/collect.h"

#include "asynciter/async_scope.h"
#include "asynciter/async_stream.h"
#include "asynciter/channel.h"
#include "asynciter/combine.h"
#include "asynciter/filter.h"
#include "asynciter/transform.h"
#include "asynciter/when_all.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <concepts>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

constexpr auto is_two = [](int x) { return x == 2; };
constexpr auto is_two_later = [](int x) -> task<bool> { co_return x == 2; };

TEST(Reduce, FoldsFromTheLeft) {
  auto append = [](std::string text, int x) { return text + std::to_string(x); };
  EXPECT_EQ(sync_wait(numbers(4) | reduce(std::string(), append)), "0123");
  EXPECT_EQ(sync_wait(reduce(numbers(0), 7, std::plus())), 7);
  auto stream = numbers(5);
  EXPECT_EQ(sync_wait(reduce(stream, 0, std::plus())), 10);
  EXPECT_EQ(sync_wait(foreign_numbers(4) | reduce(0, std::plus())), 6);
}

TEST(Reduce, TheCallableMayBeACoroutine) {
  auto add = [](int sum, int x) -> task<int> { co_return sum + x; };
  EXPECT_EQ(sync_wait(numbers(5) | reduce(0, add)), 10);
  auto stream = numbers(5);
  EXPECT_EQ(sync_wait(reduce(stream, 0, add)), 10);
}

TEST(Reduce, MoveOnlyItemsAndValues) {
  auto keep_last = [](std::unique_ptr<int>, std::unique_ptr<int> x) { return x; };
  EXPECT_EQ(*sync_wait(owned_numbers(4) | reduce(std::unique_ptr<int>(), keep_last)), 3);
}

TEST(Reduce, ExceptionsReachTheAwait) {
  EXPECT_THROW(sync_wait(failing_numbers(2) | reduce(0, std::plus())), std::runtime_error);
  auto fail = [](int, int) -> int { throw std::invalid_argument("failed"); };
  EXPECT_THROW(sync_wait(numbers(2) | reduce(0, fail)), std::invalid_argument);
  auto stream = numbers(2);
  EXPECT_THROW(sync_wait(stream | reduce(0, fail)), std::invalid_argument);
  event awaited;
  auto running = start([](event &awaited, auto fail) -> task<> {
    auto stream = awaited_numbers(2, awaited);
    EXPECT_THROW((void)co_await reduce(stream, 0, fail), std::invalid_argument);
    EXPECT_EQ(co_await reduce(stream, 0, std::plus()), 1);
  }(awaited, fail));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
}

TEST(To, CollectsIntoAnyContainer) {
  EXPECT_EQ(sync_wait(numbers(3) | to<std::vector<long>>()), (std::vector<long>{0, 1, 2}));
  EXPECT_EQ(sync_wait(numbers(3) | to<std::vector>()), (ints{0, 1, 2}));
  EXPECT_EQ(sync_wait(numbers(3) | to<std::list>()), (std::list<int>{0, 1, 2}));
  EXPECT_EQ(sync_wait(numbers(5) | transform([](int x) { return x % 2; }) | to<std::set>()),
            (std::set<int>{0, 1}));
  EXPECT_EQ(
      sync_wait(numbers(3) | transform([](int x) { return static_cast<char>('a' + x); }) | to<std::string>()),
      "abc");
  EXPECT_EQ(sync_wait(numbers(2) | enumerate | to<std::map<std::size_t, int>>()),
            (std::map<std::size_t, int>{{0, 0}, {1, 1}}));
  EXPECT_EQ(sync_wait(numbers(2) | enumerate | to<std::map>()), (std::map<std::size_t, int>{{0, 0}, {1, 1}}));
  EXPECT_EQ(sync_wait(to<std::unordered_map>(numbers(2) | enumerate)),
            (std::unordered_map<std::size_t, int>{{0, 0}, {1, 1}}));
  auto owned = sync_wait(zip(numbers(2), owned_numbers(2)) | to<std::map>());
  static_assert(std::same_as<decltype(owned), std::map<int, std::unique_ptr<int>>>);
  EXPECT_EQ(*owned.at(1), 1);
  std::vector<std::string> names{"a", "b"};
  EXPECT_EQ(sync_wait(zip(references(names), numbers(2)) | to<std::multimap>()),
            (std::multimap<std::string, int>{{"a", 0}, {"b", 1}}));
  auto same_key = [](int x) { return std::pair(0, x); };
  EXPECT_EQ(sync_wait(numbers(3) | transform(same_key) | to<std::map>()), (std::map<int, int>{{0, 0}}));
  auto stream = numbers(2);
  EXPECT_EQ(sync_wait(to<std::vector>(stream)), (ints{0, 1}));
  EXPECT_EQ(sync_wait(to<std::set<int>>(foreign_numbers(2))), (std::set<int>{0, 1}));
}

TEST(To, MovesWhatIsGivenAwayAndCopiesTheRest) {
  EXPECT_EQ(*sync_wait(owned_numbers(2) | to<std::vector>()).at(1), 1);
  std::vector<std::string> texts{"a text that needs memory of its own"};
  auto copies = sync_wait(references(texts) | to<std::vector>());
  static_assert(std::is_same_v<decltype(copies), std::vector<std::string>>);
  EXPECT_EQ(copies, texts);
  const auto &same = texts;
  auto more = sync_wait(async_stream(same) | filter([](auto &) { return true; }) | to<std::vector>());
  EXPECT_EQ(more, texts);
}

TEST(First, GivesTheFirstItemIfThereIsOne) {
  EXPECT_EQ(sync_wait(numbers(3) | first), 0);
  EXPECT_EQ(sync_wait(numbers(0) | first()), std::nullopt);
  auto stream = numbers(3);
  EXPECT_EQ(sync_wait(first(stream)), 0);
  EXPECT_EQ(sync_wait(stream | filter(is_two) | first), 2);
  EXPECT_EQ(**sync_wait(owned_numbers(1) | first), 0);
  EXPECT_EQ(sync_wait(foreign_numbers(1) | first), 0);
}

TEST(Count, CountsTheItems) {
  EXPECT_EQ(sync_wait(numbers(3) | count), 3u);
  EXPECT_EQ(sync_wait(count(owned_numbers(4))), 4u);
  EXPECT_EQ(sync_wait(numbers(9) | filter(is_two) | count()), 1u);
}

TEST(AnyAllNone, SayWhatTheyAreCalled) {
  for (int n : {0, 2, 3}) {
    auto below2 = [](int x) { return x < 2; };
    auto below2_later = [](int x) -> task<bool> { co_return x < 2; };
    EXPECT_EQ(sync_wait(numbers(n) | any_of(is_two)), n == 3);
    EXPECT_EQ(sync_wait(numbers(n) | any_of(is_two_later)), n == 3);
    EXPECT_EQ(sync_wait(none_of(numbers(n), is_two)), n != 3);
    EXPECT_EQ(sync_wait(numbers(n) | none_of(is_two_later)), n != 3);
    EXPECT_EQ(sync_wait(all_of(numbers(n), below2)), n != 3);
    EXPECT_EQ(sync_wait(numbers(n) | all_of(below2_later)), n != 3);
  }
}

TEST(AnyAllNone, StepNoFurtherThanTheItemThatDecides) {
  auto stream = numbers(6);
  EXPECT_TRUE(sync_wait(any_of(stream, is_two)));
  EXPECT_EQ(sync_wait(first(stream)), 3);
  EXPECT_FALSE(sync_wait(all_of(stream, is_two_later)));
  EXPECT_EQ(all(std::move(stream)), (ints{5}));
}

TEST(Ends, CloseWhatTheyOwnWhenTheyLeaveEarly) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    EXPECT_EQ(co_await (cleaning_numbers(log) | first), 0);
    EXPECT_EQ(log, "closed ");
    EXPECT_TRUE(co_await (cleaning_numbers(log) | transform([](int x) { return x + 1; }) | any_of(is_two)));
    EXPECT_EQ(log, "closed closed ");
    EXPECT_TRUE(co_await (cleaning_numbers(log) | any_of(is_two_later)));
    EXPECT_EQ(log, "closed closed closed ");
    log.clear();
    auto fail = [](int sum, int x) { return x == 2 ? throw std::runtime_error("two") : sum + x; };
    EXPECT_THROW((void)co_await (cleaning_numbers(log) | reduce(0, fail)), std::runtime_error);
    EXPECT_EQ(log, "closed ");
    auto stream = cleaning_numbers(log);
    EXPECT_EQ(co_await first(stream), 0);
    EXPECT_EQ(log, "closed ");
    EXPECT_EQ(co_await (stream | filter(is_two) | first), 2);
    EXPECT_EQ(log, "closed ");
    co_await stream.close();
    EXPECT_EQ(log, "closed closed ");
  }(log));
}

TEST(Ends, CanBeKeptAndHandedOn) {
  sync_wait([]() -> task<> {
    auto sum = numbers(5) | reduce(0, std::plus());
    auto number = foreign_numbers(4) | count;
    auto [a, b] = co_await when_all(std::move(sum), std::move(number));
    EXPECT_EQ(a, 10);
    EXPECT_EQ(b, 4u);
    auto stream = numbers(5);
    auto kept = stream | filter(is_two) | count;
    EXPECT_EQ(co_await kept, 1u);
  }());
}

TEST(Ends, AreDestroyedAtEachSuspension) {
  auto owned = [](event &awaited, int &alive) -> task<> {
    auto items = co_await (awaited_numbers(3, awaited) | transform([&alive](int) { return counted(alive); }) |
                           to<std::vector>());
    EXPECT_EQ(items.size(), 3u);
  };
  EXPECT_EQ(destroy_at_each_suspension(owned), 4);
  auto borrowed = [](event &awaited, int &alive) -> task<> {
    auto stream = awaited_numbers(3, awaited);
    auto objects = stream | transform([&alive](int) { return counted(alive); });
    auto items = co_await to<std::vector>(objects);
    EXPECT_EQ(items.size(), 3u);
  };
  EXPECT_EQ(destroy_at_each_suspension(borrowed), 4);
}

TEST(Ends, ManyItemsNeedNoDeepStack) {
  EXPECT_EQ(sync_wait(numbers(1'000'000) | count), 1'000'000u);
  event awaited;
  std::size_t items = 0;
  auto running = start([](event &awaited, std::size_t &items) -> task<> {
    items = co_await (awaited_numbers(200'000, awaited) | count);
  }(awaited, items));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, 200'000u);
}

} // namespace
