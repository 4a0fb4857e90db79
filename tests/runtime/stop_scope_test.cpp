// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/stop_scope.h"

#include "asynciter/async_generator.h"
#include "asynciter/channel.h"
#include "test_support.h"

#include "gtest/gtest.h"

#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

namespace {

using namespace asynciter;
using test_support::start;

task<bool> stopped() { co_return (co_await get_stop_token()).stop_requested(); }

async_generator<bool> stopped_each_time(int n) {
  for (int i = 0; i < n; ++i)
    co_yield (co_await get_stop_token()).stop_requested();
}

TEST(StopScope, AnAwaitWithoutOneIsNeverStopped) {
  bool result = true;
  auto run = [&]() -> task<> { result = (co_await get_stop_token()).stop_possible(); };
  EXPECT_TRUE(start(run()).done());
  EXPECT_FALSE(result);
}

TEST(StopScope, StopsByTheTokenGivenAndByTheCallersOwn) {
  std::stop_source outer, inner;
  std::vector<bool> seen;
  auto both = [&]() -> task<> { seen.push_back(co_await with_stop_token(inner.get_token(), stopped())); };
  auto run = [&]() -> task<> {
    co_await with_stop_token(outer.get_token(), both());
    inner.request_stop();
    co_await with_stop_token(outer.get_token(), both());
    inner = std::stop_source();
    outer.request_stop();
    co_await with_stop_token(outer.get_token(), both());
    co_await both();
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(seen, (std::vector{false, true, true, false}));
}

TEST(StopScope, OneStepHasATokenOfItsOwn) {
  std::stop_source stop;
  stop.request_stop();
  std::vector<bool> seen;
  auto run = [&]() -> task<> {
    auto stream = stopped_each_time(3);
    seen.push_back((co_await stream.next()).value());
    seen.push_back(*co_await with_stop_token(stop.get_token(), stream.next()));
    seen.push_back((co_await stream.next()).value());
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(seen, (std::vector{false, true, false}));
}

TEST(StopScope, AShieldedAwaitIsNotStopped) {
  std::stop_source stop;
  stop.request_stop();
  bool inside = true, outside = false;
  auto body = [&]() -> task<> {
    inside = co_await shield(stopped());
    outside = co_await stopped();
  };
  auto run = [&]() -> task<> { co_await with_stop_token(stop.get_token(), body()); };
  EXPECT_TRUE(start(run()).done());
  EXPECT_FALSE(inside);
  EXPECT_TRUE(outside);
}

TEST(StopScope, ThrowsIfStopped) {
  std::stop_source stop;
  bool reached = false;
  auto body = [&]() -> task<> {
    co_await throw_if_stopped();
    stop.request_stop();
    co_await throw_if_stopped();
    reached = true;
  };
  auto run = [&]() -> task<> { co_await with_stop_token(stop.get_token(), body()); };
  EXPECT_THROW(start(run()).done(), operation_cancelled);
  EXPECT_FALSE(reached);
}

/// Waits, with a callback of its own that the stop would come to next.
task<> wait_with_callback(channel<int> &never) {
  const std::stop_callback callback(co_await get_stop_token(), [] {});
  (void)co_await never.next();
}

// What waits with two tokens goes on within a stop of either, and is gone when that returns.
TEST(StopScope, EndsWithinTheStop) {
  for (const bool by_outer : {false, true}) {
    std::stop_source outer, inner;
    channel<int> never(1);
    bool cancelled = false;
    auto wait = [&]() -> task<> {
      try {
        co_await with_stop_token(inner.get_token(), wait_with_callback(never));
      } catch (const operation_cancelled &) {
        cancelled = true;
      }
    };
    auto run = [&]() -> task<> { co_await with_stop_token(outer.get_token(), wait()); };
    auto running = start(run());
    EXPECT_FALSE(running.done());
    (by_outer ? outer : inner).request_stop();
    EXPECT_TRUE(running.done());
    EXPECT_TRUE(cancelled);
  }
}

TEST(StopScope, PassesResultsAndReferencesOn) {
  int number = 1;
  auto refer = [&]() -> task<int &> { co_return number; };
  auto own = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(2); };
  std::unique_ptr<int> owned;
  auto run = [&]() -> task<> {
    ++co_await shield(refer());
    owned = co_await with_stop_token(std::stop_token(), own());
  };
  EXPECT_TRUE(start(run()).done());
  EXPECT_EQ(number, 2);
  EXPECT_EQ(*owned, 2);
}

} // namespace
