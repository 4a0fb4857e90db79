// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QCoro's async generators as our streams, and our streams in QCoro's tasks, over Qt's event loop.
#include "asynciter/async_generator.h"
#include "asynciter/interop.h"
#include "test_support.h"

#include <QCoreApplication>
#include <QTimer>
#include <qcoroasyncgenerator.h>
#include <qcorotask.h>
#include <qcorotimer.h>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;
using test_support::running;
using test_support::start;

namespace {

QCoro::AsyncGenerator<int> count_to(int n) {
  for (int i = 1; i <= n; ++i) {
    if (i % 2) {
      QTimer timer;
      timer.setSingleShot(true);
      timer.start(1ms);
      co_await qCoro(timer).waitForTimeout();
    }
    co_yield i;
  }
}

/// Runs Qt's loop until the coroutine has ended.
void finish(const running &coroutine) {
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (!coroutine.done() && std::chrono::steady_clock::now() < give_up)
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
  ASSERT_TRUE(coroutine.done());
}

class QCoroAsStream : public ::testing::Test {
private:
  int argc_ = 1;
  char name_[5] = "test";
  char *argv_[2] = {name_, nullptr};
  QCoreApplication application_{argc_, argv_};
};

static_assert(async_iterable<QCoro::AsyncGenerator<int>>); // without wrapping
static_assert(streamable<QCoro::AsyncGenerator<int> &> && streamable<QCoro::AsyncGenerator<int>>);
static_assert(!streamable<QCoro::Task<int>>);

TEST_F(QCoroAsStream, GivesItsItems) {
  for (int n : {0, 1, 5}) {
    std::vector<int> items;
    finish(start([](int n, std::vector<int> &items) -> task<void> {
      auto stream = as_stream(count_to(n));
      while (auto item = co_await stream.next()) {
        static_assert(std::same_as<decltype(item), step_result<int>>);
        items.push_back(*item);
      }
      EXPECT_FALSE(co_await stream.next()); // QCoro's own would crash here
    }(n, items)));
    ASSERT_EQ(items.size(), static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i)
      EXPECT_EQ(items[i], i + 1);
  }
}

TEST_F(QCoroAsStream, ItsIteratorsWorkInOurCoroutines) {
  int sum = 0;
  finish(start([](int &sum) -> task<void> {
    auto numbers = count_to(4);
    for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
      sum += *it;
  }(sum)));
  EXPECT_EQ(sum, 10);
}

TEST_F(QCoroAsStream, ThrowsWhatItThrows) {
  finish(start([]() -> task<void> {
    auto failing = []() -> QCoro::AsyncGenerator<int> {
      co_yield 1;
      throw std::runtime_error("failed");
    }();
    auto stream = as_stream(failing);
    EXPECT_TRUE(co_await stream.next());
    bool thrown = false;
    try {
      (void)co_await stream.next();
    } catch (const std::runtime_error &) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    EXPECT_FALSE(co_await stream.next());
  }()));
}

TEST_F(QCoroAsStream, WorksInGeneratorsAndWithMoveOnlyItems) {
  int sum = 0;
  finish(start([](int &sum) -> task<void> {
    auto owned = []() -> QCoro::AsyncGenerator<std::unique_ptr<int>> {
      for (int i = 1; i <= 3; ++i)
        co_yield std::make_unique<int>(i);
    };
    auto moved =
        [](QCoro::AsyncGenerator<std::unique_ptr<int>> from) -> async_generator<std::unique_ptr<int>> {
      auto stream = as_stream(std::move(from));
      while (auto item = co_await stream.next())
        co_yield std::move(*item);
    }(owned());
    while (auto item = co_await moved.next())
      sum += **item;
  }(sum)));
  EXPECT_EQ(sum, 6);
}

TEST_F(QCoroAsStream, IsDestroyedWhileItWaits) {
  test_support::event wait; // a QCoro::Task that is destroyed while it waits leaks its frame
  auto witness = std::make_shared<int>();
  {
    auto waiting = [](std::shared_ptr<int>, test_support::event &wait) -> QCoro::AsyncGenerator<int> {
      co_await wait;
      co_yield 1;
    };
    auto coroutine = start([](QCoro::AsyncGenerator<int> from) -> task<void> {
      auto stream = as_stream(std::move(from));
      (void)co_await stream.next();
    }(waiting(witness, wait)));
    EXPECT_FALSE(coroutine.done());
    EXPECT_TRUE(wait.awaited());
    EXPECT_EQ(witness.use_count(), 2);
  }
  EXPECT_FALSE(wait.awaited());
  EXPECT_EQ(witness.use_count(), 1);
}

// GCC 12 copies what a promise's await_transform gives by reference, which an awaiter of ours does not allow.
#if defined(__clang__) || __GNUC__ > 12
TEST_F(QCoroAsStream, OurStreamsWorkInItsTasks) {
  auto numbers = []() -> async_generator<int> {
    for (int i = 1; i <= 3; ++i) {
      QTimer timer;
      timer.setSingleShot(true);
      timer.start(1ms);
      co_await qCoro(timer).waitForTimeout();
      co_yield i;
    }
  };
  int sum = 0;
  bool done = false;
  auto main = [](async_generator<int> stream, int &sum, bool &done) -> QCoro::Task<> {
    while (auto item = co_await stream.next())
      sum += *item;
    done = true;
  }(numbers(), sum, done);
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (!done && std::chrono::steady_clock::now() < give_up)
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
  EXPECT_TRUE(done);
  EXPECT_EQ(sum, 6);
}
#endif

} // namespace
