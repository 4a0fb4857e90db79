// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/transform.h"

#include "asynciter/filter.h"
#include "asynciter/take.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

TEST(Transform, GivesWhatTheCallableGives) {
  EXPECT_EQ(all(numbers(4) | transform([](int x) { return x * x; })), (ints{0, 1, 4, 9}));
  sync_wait([]() -> task<> {
    auto texts = transform(numbers(2), [](int x) { return std::to_string(x); });
    EXPECT_EQ((co_await texts.next()).value(), "0");
    auto second = co_await texts.next();
    EXPECT_EQ(second.value(), "1");
    second.value() += "!";
    EXPECT_EQ(second.value(), "1!");
  }());
}

/// Neither default-constructible nor assignable.
struct plain {
  explicit plain(int value) : value(value) {}
  plain(const plain &) = default;
  plain &operator=(const plain &) = delete;
  const int value;
};

TEST(Transform, TheResultMayBeAnyObject) {
  sync_wait([]() -> task<> {
    auto objects = numbers(3) | transform([](int x) { return plain(x); });
    int sum = 0;
    while (auto item = co_await objects.next())
      sum += item->value;
    EXPECT_EQ(sum, 3);
  }());
}

TEST(Transform, AReferenceStaysOne) {
  std::vector<std::pair<int, int>> pairs{{1, 2}, {3, 4}};
  sync_wait([](auto &pairs) -> task<> {
    auto seconds = references(pairs) | transform(&std::pair<int, int>::second);
    EXPECT_EQ(&item_in(co_await seconds.next()), &pairs[0].second);
    auto looks = references(pairs) | transform([](auto &pair) -> const int & { return pair.first; });
    static_assert(std::is_same_v<typename decltype(looks)::reference, const int &>);
    EXPECT_EQ(item_in(co_await looks.next()), 1);
  }(pairs));
}

TEST(Transform, ItemsThatAreGivenAwayArriveAsRvalues) {
  sync_wait([]() -> task<> {
    auto values =
        owned_numbers(3) | transform([](std::unique_ptr<int> &&x) { return *std::unique_ptr(std::move(x)); });
    EXPECT_EQ((co_await values.next()).value(), 0);
    auto by_lvalue = owned_numbers(3) | transform([](std::unique_ptr<int> &x) { return *x; });
    EXPECT_EQ((co_await by_lvalue.next()).value(), 0);
  }());
  std::vector<std::string> texts{"kept"};
  sync_wait([](auto &texts) -> task<> {
    auto copies = references(texts) | transform([](std::string x) { return x + "!"; });
    EXPECT_EQ(item_in(co_await copies.next()), "kept!");
  }(texts));
  EXPECT_EQ(texts[0], "kept");
}

TEST(Transform, TheCallableMayBeACoroutine) {
  event awaited;
  ints items;
  auto running = start([](event &awaited, ints &items) -> task<> {
    auto later = [&awaited](int x) -> task<int> {
      co_await awaited;
      co_return x * 2;
    };
    auto doubled = numbers(3) | transform(later);
    while (auto item = co_await doubled.next())
      items.push_back(*item);
  }(awaited, items));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, (ints{0, 2, 4}));

  sync_wait([]() -> task<> {
    static int places[3] = {};
    auto referring = numbers(3) | transform([](int x) -> task<int &> { co_return places[x]; });
    EXPECT_EQ(&(co_await referring.next()).value(), &places[0]);
    auto owning = owned_numbers(2) | transform([](std::unique_ptr<int> x) -> task<std::unique_ptr<int>> {
                    ++*x;
                    co_return std::move(x);
                  });
    EXPECT_EQ(*(co_await owning.next()).value(), 1);
    auto failing = numbers(2) | transform([](int) -> task<int> {
                     throw std::runtime_error("failed");
                     co_return 0;
                   });
    EXPECT_THROW((void)co_await failing.next(), std::runtime_error);
    EXPECT_FALSE(co_await failing.next());
  }());
}

TEST(Scan, AnExceptionComesAtOnceAndThenTheEnd) {
  sync_wait([]() -> task<> {
    auto joined =
        numbers(4) | scan(std::string("a text that is allocated elsewhere"), [](std::string text, int item) {
          if (item == 2)
            throw std::runtime_error("two");
          return std::move(text) + std::to_string(item);
        });
    EXPECT_TRUE(co_await joined.next());
    EXPECT_EQ((co_await joined.next()).value(), "a text that is allocated elsewhere01");
    EXPECT_THROW((void)co_await joined.next(), std::runtime_error);
    EXPECT_FALSE(co_await joined.next());
  }());
}

TEST(Enumerate, NumbersTheItems) {
  sync_wait([]() -> task<> {
    auto numbered = numbers(10) | filter([](int x) { return x % 4 == 0; }) | enumerate;
    std::vector<std::pair<std::size_t, int>> items;
    while (auto item = co_await numbered.next())
      items.push_back(*item);
    EXPECT_EQ(items, (std::vector<std::pair<std::size_t, int>>{{0, 0}, {1, 4}, {2, 8}}));
    auto called = enumerate(numbers(1)) | enumerate();
    EXPECT_EQ((co_await called.next()).value().second.second, 0);
  }());
}

TEST(Enumerate, MovesOrRefers) {
  sync_wait([]() -> task<> {
    auto owned = owned_numbers(2) | enumerate;
    (void)co_await owned.next();
    auto &[index, item] = (co_await owned.next()).value();
    const std::unique_ptr<int> taken = std::move(item);
    EXPECT_EQ(index, 1u);
    EXPECT_EQ(*taken, 1);
  }());
  std::vector<std::string> texts{"a"};
  sync_wait([](auto &texts) -> task<> {
    auto referring = references(texts) | enumerate;
    auto [index, text] = item_in(co_await referring.next());
    EXPECT_EQ(index, 0u);
    text = "changed";
  }(texts));
  EXPECT_EQ(texts[0], "changed");
}

TEST(Scan, GivesEachValueOnTheWay) {
  EXPECT_EQ(all(numbers(5) | scan(0, std::plus())), (ints{0, 1, 3, 6, 10}));
  EXPECT_EQ(all(scan(numbers(0), 0, std::plus())), ints());
  sync_wait([]() -> task<> {
    auto texts =
        numbers(3) | scan(std::string("-"), [](std::string text, int x) { return text + std::to_string(x); });
    EXPECT_EQ((co_await texts.next()).value(), "-0");
    EXPECT_EQ((co_await texts.next()).value(), "-01");
    static_assert(std::is_same_v<decltype(texts)::reference, const std::string &>);
  }());
}

TEST(Scan, TheCallableMayBeACoroutine) {
  EXPECT_EQ(all(numbers(4) | scan(1, [](int sum, int x) -> task<int> { co_return sum + x; }) | take(3)),
            (ints{1, 2, 4}));
}

TEST(Scan, TheValueMayBeMoveOnly) {
  sync_wait([]() -> task<> {
    auto sums = numbers(3) | scan(std::make_unique<int>(0), [](std::unique_ptr<int> sum, int x) {
                  *sum += x;
                  return sum;
                });
    int last = 0;
    while (auto item = co_await sums.next())
      last = **item;
    EXPECT_EQ(last, 3);
  }());
}

} // namespace
