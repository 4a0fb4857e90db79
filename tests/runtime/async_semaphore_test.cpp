// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/async_semaphore.h"

#include "asynciter/async_scope.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::event;
using test_support::running;
using test_support::start;

namespace {

task<> acquire_and_note(async_semaphore &semaphore, std::size_t count, std::vector<int> &order, int who) {
  co_await semaphore.acquire(count);
  order.push_back(who);
}

task<> hold_until(async_semaphore &semaphore, event &released) {
  auto permit = co_await semaphore.hold();
  co_await released;
}

TEST(AsyncSemaphore, LetsInAsManyAsThereArePermits) {
  async_semaphore semaphore(2);
  event released[3];
  auto first = start(hold_until(semaphore, released[0]));
  auto second = start(hold_until(semaphore, released[1]));
  auto third = start(hold_until(semaphore, released[2]));
  EXPECT_TRUE(released[1].awaited());
  EXPECT_FALSE(released[2].awaited());
  EXPECT_EQ(semaphore.available(), 0u);
  EXPECT_FALSE(semaphore.try_acquire());
  released[1].set();
  EXPECT_TRUE(released[2].awaited());
  released[0].set();
  released[2].set();
  EXPECT_TRUE(third.done());
  EXPECT_EQ(semaphore.available(), 2u);
}

TEST(AsyncSemaphore, PermitsAreHandedOn) {
  async_semaphore semaphore(5);
  sync_wait([](async_semaphore &semaphore) -> task<> {
    auto three = co_await semaphore.hold(3);
    EXPECT_EQ(three.count(), 3u);
    EXPECT_EQ(semaphore.available(), 2u);
    auto same = std::move(three);
    EXPECT_EQ(three.count(), 0u); // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_TRUE(semaphore.try_acquire(2));
    same = async_semaphore::permit(semaphore, 2);
    EXPECT_EQ(semaphore.available(), 3u);
    same.release();
    EXPECT_EQ(same.count(), 0u);
    EXPECT_EQ(semaphore.available(), 5u);
    co_await semaphore.acquire();
    EXPECT_EQ(semaphore.available(), 4u);
    semaphore.release();
  }(semaphore));
}

TEST(AsyncSemaphore, WhoWantsManyIsNotOvertaken) {
  async_semaphore semaphore(0);
  std::vector<int> order;
  auto many = start(acquire_and_note(semaphore, 3, order, 1));
  auto few = start(acquire_and_note(semaphore, 1, order, 2));
  semaphore.release(2);
  EXPECT_TRUE(order.empty());
  EXPECT_FALSE(semaphore.try_acquire());
  semaphore.release(2);
  EXPECT_EQ(order, (std::vector{1, 2}));
  EXPECT_EQ(semaphore.available(), 0u);
}

TEST(AsyncSemaphore, AStoppedCoroutineLetsThoseBehindItPass) {
  async_semaphore semaphore(1);
  std::vector<int> order;
  async_scope scope;
  scope.spawn(acquire_and_note(semaphore, 3, order, 1));
  auto few = start(acquire_and_note(semaphore, 1, order, 2));
  EXPECT_TRUE(order.empty());
  scope.request_stop();
  EXPECT_TRUE(scope.empty());
  EXPECT_EQ(order, std::vector{2});
  EXPECT_EQ(semaphore.available(), 0u);
}

TEST(AsyncSemaphore, ACoroutineMayBeDestroyedWhileItWaits) {
  async_semaphore semaphore(1);
  std::vector<int> order;
  auto many = std::make_unique<running>(start(acquire_and_note(semaphore, 3, order, 1)));
  auto few = start(acquire_and_note(semaphore, 1, order, 2));
  many.reset();
  EXPECT_EQ(order, std::vector{2});
}

TEST(AsyncSemaphore, OneThatIsDestroyedWithItsPermitsGivesThemBack) {
  async_semaphore semaphore(0);
  channel<int> kick(0);
  std::vector<int> order;
  auto doomed = std::make_unique<running>(start(acquire_and_note(semaphore, 2, order, 1)));
  auto other = start(acquire_and_note(semaphore, 1, order, 2));
  auto releaser =
      start([](channel<int> &kick, async_semaphore &semaphore, std::unique_ptr<running> &doomed) -> task<> {
        (void)co_await kick.next();
        semaphore.release(2);
        doomed.reset();
      }(kick, semaphore, doomed));
  EXPECT_TRUE(kick.try_send(0));
  EXPECT_TRUE(releaser.done());
  EXPECT_EQ(order, std::vector{2});
  EXPECT_EQ(semaphore.available(), 1u);
}

TEST(AsyncSemaphore, WhoeverIsServedBeforeTheStopKeepsThePermits) {
  async_semaphore semaphore(0);
  channel<int> kick(0);
  std::vector<int> order;
  async_scope scope;
  scope.spawn(acquire_and_note(semaphore, 1, order, 1));
  scope.spawn(acquire_and_note(semaphore, 1, order, 2));
  auto releaser = start([](channel<int> &kick, async_semaphore &semaphore, async_scope &scope) -> task<> {
    (void)co_await kick.next();
    semaphore.release();
    scope.request_stop();
  }(kick, semaphore, scope));
  EXPECT_TRUE(kick.try_send(0));
  EXPECT_TRUE(releaser.done());
  EXPECT_EQ(order, std::vector{1});
  EXPECT_EQ(semaphore.available(), 0u);
}

TEST(AsyncSemaphore, ALongLineNeedsNoDeepStack) {
  constexpr int length = 200'000;
  async_semaphore semaphore(0);
  int served = 0;
  std::vector<running> waiting;
  for (int i = 0; i != length; ++i)
    waiting.push_back(start([](async_semaphore &semaphore, int &served) -> task<> {
      auto permit = co_await semaphore.hold();
      ++served;
    }(semaphore, served)));
  semaphore.release();
  EXPECT_EQ(served, length);
  EXPECT_EQ(semaphore.available(), 1u);
}

} // namespace
