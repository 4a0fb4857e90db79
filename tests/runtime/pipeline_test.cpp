// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What all adaptors have in common: see detail/pipeline.h.
#include "asynciter/detail/pipeline.h"

#include "asynciter/adaptors.h"
#include "asynciter/async_scope.h"
#include "asynciter/channel.h"
#include "asynciter/stop.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace test_support;

namespace {

constexpr auto even = [](int x) { return x % 2 == 0; };
constexpr auto times3 = [](int x) { return x * 3; };

using even_numbers = decltype(numbers(1) | filter(even));
static_assert(stream<even_numbers>);
static_assert(detail::native_stream<even_numbers>);
static_assert(!std::copy_constructible<even_numbers>);
static_assert(std::move_constructible<even_numbers>);
static_assert(
    std::is_same_v<decltype(std::declval<even_numbers &>().next().await_resume()), step_result<int>>);
static_assert(!detail::wants_close<decltype(std::declval<async_generator<int> &>() | filter(even))>);
static_assert(detail::wants_close<even_numbers>);

// One pipeline over the generator, whatever the number of adaptors; no generator of its own.
static_assert(sizeof(numbers(1) | filter(even) | transform(times3) | take(3)) <= 10 * sizeof(void *));

// Items that are given away, and items that are only referred to.
static_assert(std::is_same_v<detail::item_of_t<async_generator<int>>, int &&>);
static_assert(std::is_same_v<detail::item_of_t<async_generator<int &>>, int &>);
static_assert(std::is_same_v<detail::item_of_t<async_generator<const int &>>, const int &>);
static_assert(std::is_same_v<detail::item_of_t<async_generator<int &&>>, int &&>);
static_assert(std::is_same_v<detail::item_of_t<channel<int>>, int &&>);
static_assert(std::is_same_v<detail::item_of_t<foreign_numbers>, int &&>);
static_assert(std::is_same_v<detail::item_of_t<even_numbers>, int &&>);

TEST(Pipeline, RunsItsStagesInOrder) {
  EXPECT_EQ(all(numbers(6) | filter(even) | transform(times3)), (ints{0, 6, 12}));
  EXPECT_EQ(all(numbers(6) | transform(times3) | filter(even)), (ints{0, 6, 12}));
  EXPECT_EQ(all(numbers(6) | transform(times3) | filter(even) | take(2)), (ints{0, 6}));
  EXPECT_EQ(all(numbers(0) | filter(even)), ints());
}

TEST(Pipeline, IsLazy) {
  int calls = 0;
  auto counting = [&calls](int) { return ++calls > 0; };
  auto pipeline = numbers(5) | filter(counting);
  EXPECT_EQ(calls, 0);
  sync_wait([](auto &pipeline) -> task<> { EXPECT_TRUE(co_await pipeline.next()); }(pipeline));
  EXPECT_EQ(calls, 1);
}

TEST(Pipeline, CallsAsFunctionsDoTheSame) {
  auto positive = filter(numbers(4), [](int x) { return x > 0; });
  EXPECT_EQ(all(transform(positive, times3)), (ints{3, 6, 9}));
}

TEST(Pipeline, AdaptorsCanBeJoinedBeforehandAndUsedAgain) {
  const auto even_times3 = filter(even) | transform(times3);
  EXPECT_EQ(all(numbers(4) | even_times3), (ints{0, 6}));
  EXPECT_EQ(all(numbers(6) | even_times3), (ints{0, 6, 12}));
  const auto sum = even_times3 | reduce(0, std::plus());
  sync_wait([](const auto &sum) -> task<> {
    auto stream = numbers(6);
    EXPECT_EQ(co_await (stream | sum), 18);
  }(sum));
}

TEST(Pipeline, BorrowsAnLvalueAndGoesOnWithIt) {
  auto stream = numbers(6);
  EXPECT_EQ(all(stream | take(2)), (ints{0, 1}));
  auto pipeline = stream | filter(even);
  EXPECT_EQ(all(pipeline | take(1)), (ints{2}));
  EXPECT_EQ(all(pipeline | transform(times3)), (ints{12}));
  EXPECT_EQ(all(stream), ints());
}

TEST(Pipeline, AfterItsEndItSaysEnd) {
  sync_wait([]() -> task<> {
    auto pipeline = numbers(2) | filter(even) | transform(times3);
    EXPECT_TRUE(co_await pipeline.next());
    for (int i = 0; i < 3; ++i)
      EXPECT_FALSE(co_await pipeline.next());
  }());
}

TEST(Pipeline, CanBeMovedBetweenItsSteps) {
  sync_wait([]() -> task<> {
    auto pipeline = numbers(6) | filter(even) | enumerate;
    EXPECT_EQ((co_await pipeline.next()).value().second, 0);
    auto moved = std::move(pipeline);
    EXPECT_EQ((co_await moved.next()).value().second, 2);
    auto more = std::move(moved) | transform([](auto &&numbered) { return numbered.first; });
    EXPECT_EQ((co_await more.next()).value(), 2u);
    EXPECT_FALSE(co_await more.next());
  }());
}

// Steps that wait and steps that do not, in each order: '.' is ready, 'a' waits.
async_generator<int> patterned(std::string pattern, event &awaited) {
  int index = 0;
  for (char c : pattern) {
    if (c == 'a')
      co_await awaited;
    co_yield index++;
  }
}

TEST(Pipeline, StepsThatWaitAndStepsThatDoNotMix) {
  for (const std::string pattern :
       {"a", "aa", ".a", "a.", ".a.a", "aa..", "a.a.a", "..aa..aa..", "aaaa...aaaa"}) {
    auto odd = [](int x) { return x % 2 == 1; };
    ints expected;
    for (int i = 1; i < static_cast<int>(pattern.size()); i += 2)
      expected.push_back(3 * i);
    event awaited;
    ints items;
    auto running = start([](std::string pattern, auto odd, event &awaited, ints &items) -> task<> {
      auto pipeline = patterned(pattern, awaited) | filter(odd) | transform(times3);
      while (auto item = co_await pipeline.next())
        items.push_back(*item);
    }(pattern, odd, awaited, items));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(running.done());
    EXPECT_EQ(items, expected) << pattern;

    ints collected;
    auto collecting = start([](std::string pattern, auto odd, event &awaited, ints &items) -> task<> {
      items = co_await (patterned(pattern, awaited) | filter(odd) | transform(times3) | to<ints>());
    }(pattern, odd, awaited, collected));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(collecting.done());
    EXPECT_EQ(collected, expected) << pattern;
  }
}

TEST(Pipeline, ABorrowedPipelineThatWaitsCanBeARoot) {
  event awaited;
  ints items;
  auto running = start([](event &awaited, ints &items) -> task<> {
    auto inner = awaited_numbers(6, awaited) | filter(even);
    auto outer = inner | transform(times3) | drop(1);
    while (auto item = co_await outer.next())
      items.push_back(*item);
  }(awaited, items));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(items, (ints{6, 12}));
}

TEST(Pipeline, TakesStreamsOfOtherShapes) {
  EXPECT_EQ(all(foreign_numbers(5) | filter(even)), (ints{0, 2, 4}));
  foreign_numbers borrowed(3);
  EXPECT_EQ(all(borrowed | take(1)), (ints{0}));
  EXPECT_EQ(all(borrowed | transform(times3)), (ints{3, 6}));
  EXPECT_EQ(all(foreign_iterable(5) | filter(even) | take(2)), (ints{0, 2}));

  channel<int> queue(3);
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(queue.try_send(i));
  queue.close();
  EXPECT_EQ(all(queue | transform(times3)), (ints{0, 3, 6}));
}

TEST(Pipeline, WorksInTheLoopsOfForEach) {
  sync_wait([]() -> task<> {
    int sum = 0;
    auto body = [&sum](int item) { sum += item; };
    co_await for_each(numbers(6) | filter(even), body);
    EXPECT_EQ(sum, 6);
    ASYNCITER_FOR (int item, numbers(6) | filter(even)) {
      if (item == 4)
        break;
      sum += item;
    }
    EXPECT_EQ(sum, 8);
  }());
}

TEST(Pipeline, CanBeDeliveredByAGenerator) {
  auto outer = []() -> async_generator<int> {
    auto inner = numbers(6) | filter(even);
    co_yield elements_of(inner);
    co_yield elements_of(foreign_numbers(3) | transform(times3));
  };
  EXPECT_EQ(all(outer()), (ints{0, 2, 4, 0, 3, 6}));
}

#ifndef NDEBUG
/// Destroys what is put over a borrowed stream during its step, or moves it.
template <class Adaptor> void leave_during_step(Adaptor adaptor, bool move) {
  event awaited;
  auto stream = awaited_numbers(3, awaited);
  std::optional over = stream | adaptor;
  auto step = [](auto &stream) -> task<> { (void)co_await stream.next(); };
  auto pending = start(step(*over));
  if (move)
    (void)std::optional(std::move(over));
  else
    over.reset();
}

TEST(PipelineDeathTest, DestructionDuringAStepIsAsserted) {
  EXPECT_DEATH(leave_during_step(filter(even), false), "destroyed while a step is pending");
  EXPECT_DEATH(leave_during_step(take_until({}), false), "destroyed while a step is pending");
  EXPECT_DEATH(leave_during_step(filter(even), true), "moved while a step is pending");
  EXPECT_DEATH(leave_during_step(take_until({}), true), "moved while a step is pending");
}
#endif

// A step in which a callable threw is over: who steps several streams may destroy the one that failed.
TEST(Pipeline, IsDestroyedAfterAStepInWhichABorrowedOneThrew) {
  auto failing = [](int) -> int { throw std::runtime_error("failed"); };
  auto inner = numbers(3) | transform(failing);
  auto until = inner | take_until({});
  EXPECT_THROW((void)sync_wait(merge(inner | filter(even), until) | to<std::vector>()), std::runtime_error);
  EXPECT_THROW((void)sync_wait(inner | filter(even) | buffer(2) | to<std::vector>()), std::runtime_error);
}

// So is one in which the first item waited, and was skipped.
TEST(Pipeline, IsDestroyedAfterAStepThatWaitedAndThenThrew) {
  const auto reject = [](int item) { return item < 2 ? item : throw std::runtime_error("failed"); };
  const auto over = [](auto outer) -> task<> {
    EXPECT_THROW((void)co_await outer.next(), std::runtime_error);
  };
  const auto waits_once = [](event &awaited) -> async_generator<int> {
    co_await awaited;
    for (int i = 0; i < 4; ++i)
      co_yield i;
  };
  const auto none = [](int) { return false; };
  event awaited;
  auto until = start(over(waits_once(awaited) | transform(reject) | take_until({}) | filter(none)));
  awaited.set();
  EXPECT_TRUE(until.done());
  auto inner = waits_once(awaited) | transform(reject);
  auto lent = start(over(filter(inner, none)));
  awaited.set();
  EXPECT_TRUE(lent.done());
  // And the inner one goes on.
  EXPECT_THROW((void)sync_wait(inner | to<std::vector>()), std::runtime_error);
}

TEST(Pipeline, ExceptionsOfTheStreamReachTheStep) {
  sync_wait([]() -> task<> {
    auto pipeline = failing_numbers(2) | transform(times3);
    EXPECT_TRUE(co_await pipeline.next());
    EXPECT_TRUE(co_await pipeline.next());
    EXPECT_THROW((void)co_await pipeline.next(), std::runtime_error);
    EXPECT_FALSE(co_await pipeline.next());
  }());
}

int reject_two(int item) {
  if (item == 2)
    throw std::invalid_argument("two");
  return item;
}

TEST(Pipeline, ExceptionsOfCallablesReachTheStep) {
  sync_wait([]() -> task<> {
    auto pipeline = numbers(4) | transform(reject_two) | filter([](int) { return true; });
    EXPECT_EQ((co_await pipeline.next()).value(), 0);
    EXPECT_EQ((co_await pipeline.next()).value(), 1);
    EXPECT_THROW((void)co_await pipeline.next(), std::invalid_argument);
    EXPECT_EQ((co_await pipeline.next()).value(), 3);
    EXPECT_FALSE(co_await pipeline.next());
  }());
}

TEST(Pipeline, ExceptionsReachAStepThatWaited) {
  event awaited;
  int caught = 0;
  auto running = start([](event &awaited, int &caught) -> task<> {
    auto pipeline = awaited_numbers(4, awaited) | transform(reject_two);
    for (bool more = true; more;) {
      try {
        more = (co_await pipeline.next()).has_value();
      } catch (const std::invalid_argument &) {
        ++caught;
      }
    }
    auto failing = [](event &awaited) -> async_generator<int> {
      co_await awaited;
      throw std::runtime_error("failed");
      co_yield 1;
    };
    auto other = failing(awaited) | transform(reject_two);
    EXPECT_THROW((void)co_await other.next(), std::runtime_error);
    EXPECT_FALSE(co_await other.next());
  }(awaited, caught));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(caught, 1);
}

TEST(Pipeline, MoveOnlyItemsPassThrough) {
  sync_wait([]() -> task<> {
    auto pipeline = owned_numbers(4) | filter([](const std::unique_ptr<int> &item) { return *item > 0; }) |
                    transform([](std::unique_ptr<int> item) {
                      ++*item;
                      return item;
                    });
    int sum = 0;
    while (auto item = co_await pipeline.next()) {
      const auto taken = std::move(*item);
      sum += *taken;
    }
    EXPECT_EQ(sum, 2 + 3 + 4);
  }());
}

TEST(Pipeline, ReferencesStayReferences) {
  std::vector<std::string> texts{"a", "bb", "ccc"};
  sync_wait([](std::vector<std::string> &texts) -> task<> {
    auto longer =
        references(texts) | filter([](const std::string &text) { return text.size() > 1; }) | drop(1);
    auto item = co_await longer.next();
    EXPECT_EQ(&item.value(), &texts[2]);
    auto sizes = references(texts) | transform(&std::string::size);
    EXPECT_EQ((co_await sizes.next()).value(), 1u);
    auto first_letters = references(texts) | transform([](std::string &text) -> char & { return text[0]; });
    EXPECT_EQ(&(co_await first_letters.next()).value(), &texts[0][0]);
  }(texts));
  // What is not given away is not moved from.
  EXPECT_EQ(sync_wait([](auto &texts) -> task<std::size_t> {
              auto copies = co_await (references(texts) | to<std::vector>());
              co_return copies.size();
            }(texts)),
            3u);
  EXPECT_EQ(texts[2], "ccc");
}

TEST(Pipeline, ClosesWhatItOwns) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto pipeline = cleaning_numbers(log) | filter(even) | take(5);
    EXPECT_TRUE(co_await pipeline.next());
    co_await pipeline.close();
    EXPECT_EQ(log, "closed ");
    EXPECT_FALSE(co_await pipeline.next());
    co_await pipeline.close();
    EXPECT_EQ(log, "closed ");
  }(log));
}

TEST(Pipeline, DoesNotCloseWhatItBorrows) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto stream = cleaning_numbers(log);
    auto pipeline = stream | filter(even);
    EXPECT_TRUE(co_await pipeline.next());
    co_await pipeline.close();
    EXPECT_EQ(log, "");
    EXPECT_EQ((co_await stream.next()).value(), 1);
    co_await stream.close();
    EXPECT_EQ(log, "closed ");
  }(log));
}

TEST(Pipeline, WithCoroutinesAsCallablesItClosesWhatItOwnsToo) {
  std::string log;
  sync_wait([](std::string &log) -> task<> {
    auto pipeline = cleaning_numbers(log) | filter([](int x) -> task<bool> { co_return x > 0; }) |
                    transform([](int x) -> task<int> { co_return x * 2; }) | take(4);
    EXPECT_EQ((co_await pipeline.next()).value(), 2);
    co_await pipeline.close();
    EXPECT_EQ(log, "closed ");
    EXPECT_FALSE(co_await pipeline.next());

    log.clear();
    auto stream = cleaning_numbers(log);
    auto borrowing = stream | filter([](int x) -> task<bool> { co_return x > 0; });
    EXPECT_TRUE(co_await borrowing.next());
    co_await borrowing.close();
    EXPECT_EQ(log, "");
    EXPECT_EQ((co_await stream.next()).value(), 2);
    co_await stream.close();
  }(log));
}

TEST(Pipeline, IsDestroyedAtEachSuspension) {
  auto fused = [](event &awaited, int &alive) -> task<> {
    counted here(alive);
    auto pipeline = awaited_numbers(3, awaited) |
                    transform([kept = counted(alive)](int x) { return std::make_pair(x, kept); }) | enumerate;
    while (auto item = co_await pipeline.next())
      counted copy(item->second.second);
  };
  EXPECT_EQ(destroy_at_each_suspension(fused), 4);
  auto with_coroutines = [](event &awaited, int &alive) -> task<> {
    counted here(alive);
    auto wait = [&awaited, kept = counted(alive)](int x) -> task<bool> {
      co_await awaited;
      co_return x > 0;
    };
    auto pipeline =
        awaited_numbers(3, awaited) | filter(wait) | transform([](int x) -> task<int> { co_return x; });
    while (auto item = co_await pipeline.next())
      counted in_the_loop(alive);
  };
  EXPECT_EQ(destroy_at_each_suspension(with_coroutines), 7);
}

task<> wait_for_nothing(channel<int> &never, bool &stopped) {
  auto waiting = [](channel<int> &never) -> async_generator<int> {
    co_yield 1;
    co_yield (co_await never.next()).value();
  };
  auto pipeline = waiting(never) | filter([](int) { return true; }) | transform(times3);
  EXPECT_TRUE(co_await pipeline.next());
  try {
    (void)co_await pipeline.next();
  } catch (const operation_cancelled &) {
    stopped = true;
  }
  EXPECT_FALSE(co_await pipeline.next());
}

TEST(Pipeline, TheStopTokenReachesTheStream) {
  channel<int> never(1);
  bool stopped = false;
  async_scope scope;
  scope.spawn(wait_for_nothing(never, stopped));
  EXPECT_FALSE(stopped);
  scope.request_stop();
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(scope.empty());
  sync_wait(scope.join());
}

TEST(Pipeline, TheStopTokenReachesTheStreamUnderAnEnd) {
  channel<int> never(1);
  std::string log;
  async_scope scope;
  scope.spawn([](channel<int> &never, std::string &log) -> task<> {
    auto waiting = [](channel<int> &never, std::string *log) -> async_generator<int> {
      co_await on_exit([](std::string *log) -> task<> { co_return void(*log += "closed "); }, log);
      co_yield (co_await never.next()).value();
    };
    EXPECT_THROW((void)co_await (waiting(never, &log) | transform(times3) | to<std::vector>()),
                 operation_cancelled);
    log += "stopped ";
    auto stream = waiting(never, &log);
    EXPECT_THROW((void)co_await reduce(stream, 0, std::plus()), operation_cancelled);
    log += "stopped ";
  }(never, log));
  EXPECT_EQ(log, "");
  scope.request_stop();
  EXPECT_EQ(log, "closed stopped closed stopped ");
  sync_wait(scope.join());
}

TEST(Pipeline, ManyItemsNeedNoDeepStack) {
  constexpr int many = 300'000;
  sync_wait([]() -> task<> {
    auto none = numbers(many) | filter([](int) { return false; });
    EXPECT_FALSE(co_await none.next());
    EXPECT_EQ(
        co_await (numbers(many) | filter(even) | transform([](int) { return 1; }) | reduce(0, std::plus())),
        many / 2);
#ifdef __clang__ // as with every loop that awaits tasks that are ready: see task.h
    auto rejected = numbers(many) | filter([](int) -> task<bool> { co_return false; });
    EXPECT_FALSE(co_await rejected.next());
#endif
  }());
  event awaited;
  auto running = start([](event &awaited) -> task<> {
    auto none = awaited_numbers(many, awaited) | filter([](int) { return false; }) | transform(times3);
    EXPECT_FALSE(co_await none.next());
  }(awaited));
  while (awaited.awaited())
    awaited.set();
  EXPECT_TRUE(running.done());
}

TEST(Pipeline, StepsMayEndOnOtherThreads) {
  threads pool(3);
  const auto sum = sync_wait([](threads &pool) -> task<long> {
    auto pipeline = hopping_numbers(3000, pool) | filter(even) | transform(times3);
    long sum = 0;
    while (auto item = co_await pipeline.next())
      sum += *item;
    sum += co_await (hopping_numbers(3000, pool) | filter(even) | reduce(0L, std::plus()));
    co_return sum;
  }(pool));
  EXPECT_EQ(sum, 4 * 1499L * 1500);
}

} // namespace
