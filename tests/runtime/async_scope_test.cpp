// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/async_scope.h"

#include "asynciter/async_semaphore.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::counted;
using test_support::event;
using test_support::running;
using test_support::start;

// NOLINTBEGIN(asynciter-missing-cleanup): what the scope does while it is not joined yet is what is tested.

namespace {

task<> wait_for(event &awaited, int &ended) {
  co_await awaited;
  ++ended;
}

task<> fail(const char *what) {
  throw std::runtime_error(what);
  co_return;
}

task<> fail_after(event &awaited, const char *what) {
  co_await awaited;
  throw std::runtime_error(what);
}

task<> wait_for_stop(int &stopped) {
  async_semaphore never(0);
  try {
    co_await never.acquire();
  } catch (const operation_cancelled &) {
    ++stopped;
    throw;
  }
}

task<> join(async_scope &scope) { co_await scope.join(); }

TEST(AsyncScope, StartsAChildAtOnceAndWaitsForItsEnd) {
  event first, second;
  int ended = 0;
  async_scope scope;
  EXPECT_TRUE(scope.empty());
  scope.spawn(wait_for(first, ended));
  scope.spawn(wait_for(second, ended));
  EXPECT_TRUE(first.awaited());
  EXPECT_FALSE(scope.empty());
  auto joining = start(join(scope));
  EXPECT_FALSE(joining.done());
  second.set();
  EXPECT_FALSE(joining.done());
  first.set();
  EXPECT_TRUE(joining.done());
  EXPECT_EQ(ended, 2);
  EXPECT_TRUE(scope.empty());
}

TEST(AsyncScope, IsJoinedAtOnceWhenEmpty) {
  async_scope scope;
  sync_wait(scope.join());
  scope.spawn([]() -> task<> { co_return; }());
  sync_wait(scope.join());
}

TEST(AsyncScope, AChildMaySpawnAndAScopeBeJoinedAgain) {
  event awaited;
  int ended = 0;
  async_scope scope;
  auto spawner = [](async_scope &scope, event &awaited, int &ended) -> task<> {
    scope.spawn([](async_scope &scope, event &awaited, int &ended) -> task<> {
      co_await awaited;
      scope.spawn([](int &ended) -> task<> {
        ++ended;
        co_return;
      }(ended));
      ++ended;
    }(scope, awaited, ended));
    co_return;
  };
  for (int round = 1; round != 3; ++round) {
    scope.spawn(spawner(scope, awaited, ended));
    auto joining = start(join(scope));
    EXPECT_FALSE(joining.done());
    awaited.set();
    EXPECT_TRUE(joining.done());
    EXPECT_EQ(ended, 2 * round);
  }
}

TEST(AsyncScope, TheFirstFailureStopsTheOthersAndIsThrownByJoin) {
  event first, second;
  int stopped = 0;
  async_scope scope;
  scope.spawn(wait_for_stop(stopped));
  scope.spawn(fail_after(first, "first"));
  scope.spawn(fail_after(second, "second"));
  auto joining = start(join(scope));
  first.set();
  EXPECT_EQ(stopped, 1);
  EXPECT_FALSE(joining.done());
  scope.spawn(wait_for_stop(stopped));
  EXPECT_EQ(stopped, 2);
  second.set();
  try {
    (void)joining.done();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error &error) {
    EXPECT_STREQ(error.what(), "first");
  }
  sync_wait(scope.join()); // thrown once
}

TEST(AsyncScope, AFailureBeforeTheJoinIsKept) {
  async_scope scope;
  scope.spawn(fail("at once"));
  EXPECT_TRUE(scope.empty());
  EXPECT_THROW(sync_wait(scope.join()), std::runtime_error);
}

TEST(AsyncScope, RequestStopReachesTheChildrenAndIsNoFailure) {
  int stopped = 0;
  async_scope scope;
  for (int i = 0; i != 3; ++i)
    scope.spawn(wait_for_stop(stopped));
  EXPECT_FALSE(scope.get_stop_token().stop_requested());
  scope.request_stop();
  EXPECT_TRUE(scope.get_stop_token().stop_requested());
  EXPECT_EQ(stopped, 3);
  sync_wait(scope.join());
}

TEST(AsyncScope, AStopOfWhoeverJoinsReachesTheChildren) {
  int stopped = 0;
  bool thrown = false;
  async_scope outer, inner;
  inner.spawn(wait_for_stop(stopped));
  outer.spawn([](async_scope &inner, bool &thrown) -> task<> {
    try {
      co_await inner.join();
    } catch (const operation_cancelled &) {
      thrown = true;
    }
  }(inner, thrown));
  EXPECT_FALSE(outer.empty());
  outer.request_stop();
  EXPECT_EQ(stopped, 1);
  EXPECT_TRUE(thrown);
  EXPECT_TRUE(outer.empty());
  EXPECT_TRUE(inner.empty());
}

TEST(AsyncScope, AStoppedJoinStillWaits) {
  event awaited;
  int ended = 0;
  std::stop_source source;
  async_scope outer(source.get_token()), inner;
  inner.spawn(wait_for(awaited, ended));
  bool thrown = false;
  outer.spawn([](async_scope &inner, bool &thrown) -> task<> {
    try {
      co_await inner.join();
    } catch (const operation_cancelled &) {
      thrown = true;
    }
  }(inner, thrown));
  source.request_stop();
  EXPECT_FALSE(thrown);
  EXPECT_FALSE(outer.empty());
  awaited.set();
  EXPECT_TRUE(thrown);
  EXPECT_TRUE(outer.empty());
  EXPECT_EQ(ended, 1);
}

TEST(AsyncScope, IsStoppedByItsParentToken) {
  int stopped = 0;
  std::stop_source source;
  async_scope scope(source.get_token());
  scope.spawn(wait_for_stop(stopped));
  source.request_stop();
  EXPECT_EQ(stopped, 1);
  EXPECT_TRUE(scope.empty());
  async_scope late(source.get_token());
  EXPECT_TRUE(late.get_stop_token().stop_requested());
  // That was no stop of those who join.
  sync_wait(scope.join());
  EXPECT_THROW(sync_wait(scope.join(), source.get_token()), operation_cancelled);
}

TEST(AsyncScope, AChildIsDestroyedAtItsEnd) {
  int alive = 0, seen = -1;
  event awaited;
  async_scope scope;
  scope.spawn([](event &awaited, counted) -> task<> { co_await awaited; }(awaited, counted(alive)));
  auto joining = start([](async_scope &scope, int &alive, int &seen) -> task<> {
    co_await scope.join();
    seen = alive;
  }(scope, alive, seen));
  EXPECT_EQ(alive, 1);
  awaited.set();
  EXPECT_TRUE(joining.done());
  EXPECT_EQ(seen, 0);
}

TEST(AsyncScope, DestroyedWhileJoiningDestroysTheChildren) {
  event first, second, third;
  int alive = 0;
  auto child = [](event &awaited, counted) -> task<> { co_await awaited; };
  auto parent = [child](event &first, event &second, event &third, int &alive) -> task<> {
    async_scope scope;
    scope.spawn(child(first, counted(alive)));
    scope.spawn(child(second, counted(alive)));
    scope.spawn(child(third, counted(alive)));
    co_await scope.join();
  };
  {
    auto running = start(parent(first, second, third, alive));
    EXPECT_EQ(alive, 3);
    second.set();
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(first.awaited());
  EXPECT_FALSE(third.awaited());
}

TEST(AsyncScopeDeathTest, DestroyedUnjoinedEndsTheProgram) {
  auto destroy_running = [] {
    event never;
    int ended = 0;
    async_scope scope;
    // NOLINTNEXTLINE(asynciter-dangling-argument): the scope ends first, and the program with it.
    scope.spawn(wait_for(never, ended));
  };
  EXPECT_DEATH(destroy_running(), "");
}

TEST(WithScope, WaitsForAllChildren) {
  event awaited, other;
  int ended = 0;
  bool left = false;
  auto body = [&](async_scope &scope) -> task<> {
    scope.spawn(wait_for(awaited, ended));
    scope.spawn(wait_for(other, ended));
    left = true;
    co_return;
  };
  auto running = start(with_scope(body));
  EXPECT_TRUE(left);
  EXPECT_FALSE(running.done());
  awaited.set();
  EXPECT_FALSE(running.done());
  other.set();
  EXPECT_TRUE(running.done());
  EXPECT_EQ(ended, 2);
}

TEST(WithScope, AStopReachesTheBodyBeforeItFirstWaits) {
  std::stop_source source;
  int turns = 0;
  auto body = [&](async_scope &) -> task<> {
    for (;; ++turns) {
      if (turns == 2)
        source.request_stop();
      co_await throw_if_stopped();
    }
  };
  EXPECT_THROW(sync_wait(with_scope(body), source.get_token()), operation_cancelled);
  EXPECT_EQ(turns, 2);
  EXPECT_THROW(sync_wait(with_scope(body), source.get_token()), operation_cancelled);
  EXPECT_EQ(turns, 2);
}

TEST(WithScope, AFailureOfTheBodyStopsTheChildren) {
  int stopped = 0;
  auto body = [&](async_scope &scope) -> task<> {
    scope.spawn(wait_for_stop(stopped));
    throw std::runtime_error("failed");
    co_return;
  };
  EXPECT_THROW(sync_wait(with_scope(body)), std::runtime_error);
  EXPECT_EQ(stopped, 1);
}

TEST(WithScope, AFailureOfAChildStopsTheBody) {
  event awaited;
  int stopped = 0;
  auto body = [&](async_scope &scope) -> task<> {
    scope.spawn(fail_after(awaited, "failed"));
    co_await wait_for_stop(stopped);
    ADD_FAILURE() << "was not stopped";
  };
  auto running = start(with_scope(body));
  awaited.set();
  EXPECT_EQ(stopped, 1);
  EXPECT_THROW((void)running.done(), std::runtime_error);
}

TEST(WithScope, DestroyedWhileWaitingDestroysTheChildren) {
  event first, second;
  int alive = 0;
  auto body = [&](async_scope &scope) -> task<> {
    const counted local(alive);
    scope.spawn([](event &awaited, counted) -> task<> { co_await awaited; }(first, counted(alive)));
    co_await second;
  };
  {
    auto running = start(with_scope(body));
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 0);
}

TEST(AsyncScope, ManyChildrenEndWithoutADeepStack) {
  constexpr int count = 100'000;
  async_semaphore line(0);
  int ended = 0;
  async_scope scope;
  for (int i = 0; i != count; ++i)
    scope.spawn([](async_semaphore &line, int &ended) -> task<> {
      co_await line.acquire();
      ++ended;
      line.release();
    }(line, ended));
  line.release();
  EXPECT_EQ(ended, count);
  EXPECT_TRUE(scope.empty());
}

} // namespace
// NOLINTEND(asynciter-missing-cleanup)
