// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/async_mutex.h"

#include "asynciter/async_scope.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::event;
using test_support::running;
using test_support::start;

namespace {

task<> lock_and_note(async_mutex &mutex, std::vector<int> &order, int who) {
  auto guard = co_await mutex.lock();
  order.push_back(who);
}

task<> hold_until(async_mutex &mutex, event &released) {
  auto guard = co_await mutex.lock();
  co_await released;
}

TEST(AsyncMutex, IsHeldAcrossSuspensions) {
  async_mutex mutex;
  event released;
  std::vector<int> order;
  auto holder = start(hold_until(mutex, released));
  EXPECT_FALSE(mutex.try_lock());
  auto waiting = start(lock_and_note(mutex, order, 1));
  EXPECT_TRUE(order.empty());
  released.set();
  EXPECT_TRUE(holder.done());
  EXPECT_TRUE(waiting.done());
  EXPECT_EQ(order, std::vector{1});
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST(AsyncMutex, GuardsAreHandedOn) {
  async_mutex mutex;
  sync_wait([](async_mutex &mutex) -> task<> {
    auto guard = co_await mutex.lock();
    EXPECT_TRUE(guard.owns_lock());
    auto other = std::move(guard);
    EXPECT_FALSE(guard.owns_lock()); // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_FALSE(mutex.try_lock());
    other.unlock();
    EXPECT_FALSE(other.owns_lock());
    EXPECT_TRUE(mutex.try_lock());
    other = async_mutex::guard(mutex, std::adopt_lock);
    other = async_mutex::guard();
    EXPECT_TRUE(mutex.try_lock());
    mutex.unlock();
  }(mutex));
}

TEST(AsyncMutex, ServesFirstComeFirstServed) {
  async_mutex mutex;
  std::vector<int> order;
  std::vector<running> waiting;
  ASSERT_TRUE(mutex.try_lock());
  for (int i = 0; i != 5; ++i)
    waiting.push_back(start(lock_and_note(mutex, order, i)));
  mutex.unlock();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

TEST(AsyncMutex, AStoppedCoroutineLeavesTheLine) {
  async_mutex mutex;
  std::vector<int> order;
  async_scope scope;
  ASSERT_TRUE(mutex.try_lock());
  auto first = start(lock_and_note(mutex, order, 1));
  scope.spawn(lock_and_note(mutex, order, 2));
  auto third = start(lock_and_note(mutex, order, 3));
  scope.request_stop();
  EXPECT_TRUE(scope.empty());
  mutex.unlock();
  EXPECT_EQ(order, (std::vector{1, 3}));
  EXPECT_TRUE(first.done());
  EXPECT_TRUE(third.done());
  scope.spawn(lock_and_note(mutex, order, 4)); // does not have to wait
  EXPECT_EQ(order.back(), 4);
}

TEST(AsyncMutex, WhoeverHasItBeforeTheStopKeepsIt) {
  async_mutex mutex;
  channel<int> kick(0);
  std::vector<int> order;
  async_scope scope;
  ASSERT_TRUE(mutex.try_lock());
  scope.spawn(lock_and_note(mutex, order, 1));
  auto unlocker = start([](channel<int> &kick, async_mutex &mutex, async_scope &scope) -> task<> {
    (void)co_await kick.next();
    mutex.unlock();
    scope.request_stop();
  }(kick, mutex, scope));
  EXPECT_TRUE(kick.try_send(0));
  EXPECT_TRUE(unlocker.done());
  EXPECT_EQ(order, std::vector{1});
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST(AsyncMutex, ACoroutineMayBeDestroyedWhileItWaits) {
  async_mutex mutex;
  std::vector<int> order;
  ASSERT_TRUE(mutex.try_lock());
  auto first = std::make_unique<running>(start(lock_and_note(mutex, order, 1)));
  auto second = start(lock_and_note(mutex, order, 2));
  first.reset();
  mutex.unlock();
  EXPECT_EQ(order, std::vector{2});
}

TEST(AsyncMutex, OneThatIsDestroyedWithTheMutexHandsItOn) {
  async_mutex mutex;
  event never;
  std::vector<int> order;
  auto holder = std::make_unique<running>(start(hold_until(mutex, never)));
  auto waiting = start(lock_and_note(mutex, order, 1));
  holder.reset();
  EXPECT_EQ(order, std::vector{1});

  // The same between the hand-over and the resumption.
  channel<int> kick(0);
  ASSERT_TRUE(mutex.try_lock());
  auto doomed = std::make_unique<running>(start(lock_and_note(mutex, order, 2)));
  auto other = start(lock_and_note(mutex, order, 3));
  auto unlocker =
      start([](channel<int> &kick, async_mutex &mutex, std::unique_ptr<running> &doomed) -> task<> {
        (void)co_await kick.next();
        mutex.unlock();
        doomed.reset();
      }(kick, mutex, doomed));
  EXPECT_TRUE(kick.try_send(0));
  EXPECT_TRUE(unlocker.done());
  EXPECT_EQ(order, (std::vector{1, 3}));
  EXPECT_TRUE(other.done());
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST(AsyncMutex, ALongLineNeedsNoDeepStack) {
  constexpr int length = 200'000;
  async_mutex mutex;
  std::vector<int> order;
  std::vector<running> waiting;
  ASSERT_TRUE(mutex.try_lock());
  for (int i = 0; i != length; ++i)
    waiting.push_back(start(lock_and_note(mutex, order, i)));
  mutex.unlock();
  EXPECT_EQ(order.size(), std::size_t(length));
  EXPECT_TRUE(waiting.back().done());
}

#ifndef NDEBUG
TEST(AsyncMutexDeathTest, UnlockOfWhatIsNotLocked) {
  async_mutex mutex;
  EXPECT_DEATH(mutex.unlock(), "nobody has locked");
}
#endif

} // namespace
