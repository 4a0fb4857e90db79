// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "asynciter/offload_stream.h"

#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <ranges>
#include <set>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;

// NOLINTBEGIN(asynciter-missing-cleanup): a stream that is dropped unclosed is tested, too.

namespace {

template <class S> task<std::vector<typename S::value_type>> collect(S stream) {
  std::vector<typename S::value_type> items;
  while (auto item = co_await stream.next())
    items.push_back(std::move(*item));
  EXPECT_FALSE(co_await stream.next());
  co_return items;
}

/// A blocking sequence that the test opens item by item, and that tells how far it was read.
class gate {
public:
  void open(int count) {
    std::lock_guard lock(mutex_);
    open_ += count;
    changed_.notify_all();
  }
  int pass() {
    std::unique_lock lock(mutex_);
    ++waiting_for_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return passed_ < open_; });
    return ++passed_;
  }
  void wait_until_item_is_wanted(int item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_for_ >= item; });
  }
  int passed() {
    std::lock_guard lock(mutex_);
    return passed_;
  }
  auto items() {
    return std::views::iota(1) | std::views::transform([this](int) { return pass(); });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int open_ = 0, passed_ = 0, waiting_for_ = 0;
};

static_assert(
    stream<decltype(offload_stream(std::declval<net::thread_pool &>(), std::declval<std::vector<int> &>()))>);

TEST(OffloadStream, DeliversAllItemsAtTheLoop) {
  net::thread_pool pool(2);
  for (std::size_t buffer : {0u, 1u, 2u, 7u, 1000u}) {
    auto read = [](net::thread_pool &pool, std::size_t buffer,
                   std::thread::id here) -> task<std::vector<int>> {
      auto ids = std::views::iota(0, 500) | std::views::transform([here](int i) {
                   EXPECT_NE(std::this_thread::get_id(), here);
                   return i;
                 });
      auto items = co_await collect(offload_stream(pool, ids, buffer));
      EXPECT_EQ(std::this_thread::get_id(), here);
      co_return items;
    };
    const auto items = run(read(pool, buffer, std::this_thread::get_id()));
    ASSERT_EQ(items.size(), 500u);
    for (int i = 0; i < 500; ++i)
      EXPECT_EQ(items[i], i);
  }
}

TEST(OffloadStream, AnEmptyRangeAndOneItem) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    std::vector<int> none, one{7};
    EXPECT_TRUE((co_await collect(offload_stream(pool, none))).empty());
    EXPECT_EQ(co_await collect(offload_stream(pool, one)), one);
  }(pool));
}

const std::vector<std::string> three_words{"one", "two", "three"};

TEST(OffloadStream, InputRanges) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    std::istringstream text("one two three");
    auto words = co_await collect(offload_stream(pool, std::views::istream<std::string>(text)));
    EXPECT_EQ(words, three_words);
  }(pool));

  using paths = std::set<std::filesystem::path>;
  const auto folder = std::filesystem::temp_directory_path() /
                      ("offload_stream_test." + std::to_string(std::random_device()()));
  std::filesystem::create_directory(folder);
  paths expected;
  for (const std::string &name : three_words) {
    std::ofstream(folder / name) << name;
    expected.insert(folder / name);
  }
  auto read = [](net::thread_pool &pool, std::filesystem::directory_iterator range) -> task<paths> {
    paths found;
    auto entries = offload_stream(pool, std::move(range), 2);
    while (auto entry = co_await entries.next())
      found.insert(entry->path());
    co_await entries.close();
    co_return found;
  };
  EXPECT_EQ(run(read(pool, std::filesystem::directory_iterator(folder))), expected);
  std::filesystem::remove_all(folder);
}

TEST(OffloadStream, BorrowedElementsAreCopiedAndOwnedOnesMoved) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    std::list<std::string> borrowed{"a long string that has memory of its own"};
    auto copies = co_await collect(offload_stream(pool, borrowed));
    EXPECT_EQ(copies.front(), borrowed.front());

    std::vector<std::unique_ptr<int>> owned;
    owned.push_back(std::make_unique<int>(1));
    owned.push_back(std::make_unique<int>(2));
    auto moved = co_await collect(offload_stream(pool, std::move(owned)));
    EXPECT_EQ(*moved.at(0) + *moved.at(1), 3);

    auto make =
        std::views::iota(1, 4) | std::views::transform([](int i) { return std::make_unique<int>(i); });
    auto made = co_await collect(offload_stream(pool, make, 1));
    EXPECT_EQ(*made.at(2), 3);

    std::vector<bool> bits{true, false, true};
    EXPECT_EQ(co_await collect(offload_stream(pool, bits)), bits);
  }(pool));
  static_assert(!detail::offloadable_range<std::vector<std::unique_ptr<int>> &>);
}

TEST(OffloadStream, NothingIsReadBeforeTheFirstStep) {
  net::thread_pool pool(1);
  gate gate;
  run([](net::thread_pool &pool, class gate &gate) -> task<void> {
    auto stream = offload_stream(pool, gate.items());
    co_await sleep_for(2ms);
    EXPECT_EQ(gate.passed(), 0);
    co_await stream.close();
    EXPECT_EQ(gate.passed(), 0);
  }(pool, gate));
}

TEST(OffloadStream, ReadsAheadOnlySoFar) {
  net::thread_pool pool(1);
  gate gate;
  gate.open(1'000'000);
  run([](net::thread_pool &pool, class gate &gate) -> task<void> {
    auto stream = offload_stream(pool, gate.items(), 5);
    for (int i = 1; i <= 50; ++i) {
      EXPECT_EQ((co_await stream.next()).value(), i);
      if (i % 10 == 0)
        co_await sleep_for(1ms);
      EXPECT_LE(gate.passed(), i + 10);
    }
  }(pool, gate));
}

TEST(OffloadStream, AnItemArrivesAsSoonAsItIsThere) {
  net::thread_pool pool(1);
  gate gate;
  run([](net::thread_pool &pool, class gate &gate) -> task<void> {
    auto stream = offload_stream(pool, gate.items());
    for (int i = 1; i <= 20; ++i) {
      gate.open(1);
      EXPECT_EQ((co_await stream.next()).value(), i);
    }
    gate.open(1'000'000); // the worker is waiting at the next one
  }(pool, gate));
}

TEST(OffloadStream, ASlowConsumerBlocksNoWorker) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    auto first = offload_stream(pool, std::views::iota(0), 2);
    auto second = offload_stream(pool, std::views::iota(0), 2);
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ((co_await first.next()).value(), i);
      EXPECT_EQ((co_await second.next()).value(), i);
    }
    EXPECT_EQ(co_await offload(pool, [] { return 7; }), 7);
  }(pool));
}

TEST(OffloadStream, ExceptionsArriveAfterTheItemsBeforeThem) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    for (int fail_at : {0, 3}) {
      auto failing = std::views::iota(0) | std::views::transform([fail_at](int i) {
                       if (i == fail_at)
                         throw std::runtime_error("failed");
                       return i;
                     });
      auto stream = offload_stream(pool, failing);
      for (int i = 0; i < fail_at; ++i)
        EXPECT_EQ((co_await stream.next()).value(), i);
      bool thrown = false;
      try {
        (void)co_await stream.next();
      } catch (const std::runtime_error &) {
        thrown = true;
      }
      EXPECT_TRUE(thrown);
      EXPECT_FALSE(co_await stream.next());
    }
  }(pool));
}

TEST(OffloadStream, APoolThatHasStoppedIsRefused) {
  net::thread_pool pool(1);
  pool.stop();
  auto read = [](net::thread_pool &pool) -> task<void> {
    auto stream = offload_stream(pool, std::vector{1, 2});
    (void)co_await stream.next();
  };
  EXPECT_THROW(run(read(pool)), std::logic_error);
}

TEST(OffloadStream, ClosingWaitsForTheCurrentItemAndNotLonger) {
  net::thread_pool pool(1);
  gate gate;
  auto witness = std::make_shared<int>();
  run([](net::thread_pool &pool, class gate &gate, std::shared_ptr<int> witness) -> task<void> {
    gate.open(1);
    auto range = gate.items() | std::views::transform([witness](int i) { return i; });
    auto stream = offload_stream(pool, std::move(range));
    EXPECT_EQ((co_await stream.next()).value(), 1);
    // NOLINTNEXTLINE(asynciter-blocking-call): the worker comes there by itself, and blocks.
    gate.wait_until_item_is_wanted(2);
    bool turned = false;
    net::post(current_executor(), [&turned, &gate] {
      turned = true; // while the closing waits
      gate.open(1'000'000);
    });
    co_await stream.close();
    EXPECT_TRUE(turned);
    EXPECT_EQ(gate.passed(), 2);
    EXPECT_FALSE(co_await stream.next());
    co_await stream.close();
  }(pool, gate, witness));
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(OffloadStream, ClosingBeforeTheFirstStepAndAfterTheEnd) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    auto unused = offload_stream(pool, std::vector<int>{1});
    co_await unused.close();
    EXPECT_FALSE(co_await unused.next());
    auto used = offload_stream(pool, std::vector<int>{1});
    while (co_await used.next())
      ;
    co_await used.close();
    EXPECT_FALSE(co_await used.next());
  }(pool));
}

TEST(OffloadStream, TheDestructorWaitsForTheCurrentItem) {
  net::thread_pool pool(1);
  gate gate;
  run([](net::thread_pool &pool, class gate &gate) -> task<void> {
    gate.open(1);
    std::jthread opener;
    {
      auto stream = offload_stream(pool, gate.items());
      EXPECT_EQ((co_await stream.next()).value(), 1);
      // NOLINTNEXTLINE(asynciter-blocking-call): the worker comes there by itself.
      gate.wait_until_item_is_wanted(2);
      opener = std::jthread([&gate] {
        std::this_thread::sleep_for(5ms);
        gate.open(1'000'000);
      });
    }
    EXPECT_EQ(gate.passed(), 2);
  }(pool, gate));
}

TEST(OffloadStream, LoopsCloseIt) {
  net::thread_pool pool(1);
  std::vector<int> numbers(1000, 1); // borrowed: must not be read after the loop
  const int sum = run([](net::thread_pool &pool, std::vector<int> &numbers) -> task<int> {
    int sum = 0;
    auto body = [&sum](int item) { return (sum += item) < 20 ? loop::next : loop::stop; };
    co_await for_each(offload_stream(pool, numbers, 3), body);
    co_return sum;
  }(pool, numbers));
  numbers.clear();
  EXPECT_EQ(sum, 20);
}

TEST(OffloadStream, MovesAndMoveAssigns) {
  net::thread_pool pool(1);
  run([](net::thread_pool &pool) -> task<void> {
    auto stream = offload_stream(pool, std::vector<int>{1, 2, 3});
    EXPECT_EQ((co_await stream.next()).value(), 1);
    auto moved = std::move(stream);
    EXPECT_EQ((co_await moved.next()).value(), 2);
    stream = offload_stream(pool, std::vector<int>{4, 5});
    EXPECT_EQ((co_await stream.next()).value(), 4);
    stream = std::move(moved);
    EXPECT_EQ((co_await stream.next()).value(), 3);
    EXPECT_FALSE(co_await stream.next());
  }(pool));
}

TEST(OffloadStreamCancellation, AStepIsStoppedAndLosesNothing) {
  net::thread_pool pool(1);
  gate gate;
  std::stop_source source;
  run(
      [](net::thread_pool &pool, class gate &gate, std::stop_source source) -> task<void> {
        auto stream = offload_stream(pool, gate.items());
        // NOLINTNEXTLINE(asynciter-blocking-call): ends before the step does.
        std::jthread stopper([&gate, source]() mutable {
          gate.wait_until_item_is_wanted(1);
          source.request_stop();
        });
        bool stopped = false;
        try {
          (void)co_await stream.next();
        } catch (const operation_cancelled &) {
          stopped = true;
        }
        EXPECT_TRUE(stopped);
        gate.open(1);
        // NOLINTNEXTLINE(asynciter-blocking-call): the worker comes there by itself.
        gate.wait_until_item_is_wanted(2);
        EXPECT_EQ((co_await stream.next()).value(), 1); // ready, so the stop is not looked at
        EXPECT_THROW((void)co_await stream.next(), operation_cancelled);
        gate.open(1'000'000);
      }(pool, gate, source),
      source.get_token());
}

TEST(OffloadStreamCancellation, ADestroyedConsumerIsForgotten) {
  net::thread_pool pool(1);
  gate gate;
  net::io_context context;
  std::stop_source source;
  {
    auto stream = offload_stream_and_resume(context.get_executor(), pool, gate.items());
    auto step = [](auto &stream) -> task<void> {
      (void)co_await stream.next();
      ADD_FAILURE() << "a destroyed coroutine was resumed";
    };
    detail::outcome<void> outcome;
    auto root = detail::drive(source.get_token(), step(stream), outcome);
    root.coroutine.resume();
    gate.wait_until_item_is_wanted(1);
    source.request_stop();
    gate.open(1);
    gate.wait_until_item_is_wanted(2);
    root.coroutine.destroy();
    context.run_for(5ms);

    bool arrived = false;
    auto read = [](auto &stream, bool &arrived) -> task<void> {
      auto item = co_await stream.next();
      arrived = item && *item == 1;
    };
    run(context, read(stream, arrived));
    EXPECT_TRUE(arrived);
    gate.open(1'000'000);
  }
}

TEST(OffloadStreamCancellation, AConsumerDestroyedWhileItClosesIsForgotten) {
  net::thread_pool pool(1);
  gate gate;
  net::io_context context;
  {
    auto stream = offload_stream_and_resume(context.get_executor(), pool, gate.items());
    auto close = [](auto &stream) -> task<void> {
      EXPECT_TRUE(co_await stream.next());
      co_await stream.close();
      ADD_FAILURE() << "a destroyed coroutine was resumed";
    };
    gate.open(1);
    detail::outcome<void> outcome;
    auto root = detail::drive({}, close(stream), outcome);
    root.coroutine.resume();
    gate.wait_until_item_is_wanted(2);
    context.run_for(20ms);
    root.coroutine.destroy();
    gate.open(1);
  }
  context.run();
}

TEST(OffloadStreamCancellation, TheLoopEndsWhileAStepWaits) {
  net::thread_pool pool(1);
  gate gate;
  auto read = [](net::thread_pool &pool, class gate &gate) -> task<void> {
    auto stream = offload_stream(pool, gate.items());
    (void)co_await stream.next();
    ADD_FAILURE() << "a destroyed coroutine was resumed";
  };
  std::jthread opener([&gate] {
    gate.wait_until_item_is_wanted(1);
    std::this_thread::sleep_for(10ms);
    gate.open(1'000'000);
  });
  run([](auto read, net::thread_pool &pool, class gate &gate) -> task<void> {
    spawn(current_executor(), read(pool, gate));
    co_await sleep_for(1ms);
  }(read, pool, gate));
  EXPECT_LE(gate.passed(), 1);
}

TEST(OffloadStreamAcrossThreads, ManyStreamsAreReadAndLeftEarly) {
  net::thread_pool pool(3);
  run([](net::thread_pool &pool) -> task<void> {
    int left = 0;
    auto read = [](net::thread_pool &pool, int seed, int &left) -> task<void> {
      auto stream = offload_stream(pool, std::views::iota(0, 100), seed % 9);
      for (int i = 0; i < seed * 7 % 120; ++i) {
        auto item = co_await stream.next();
        EXPECT_EQ(bool(item), i < 100);
        if (!item)
          break;
        EXPECT_EQ(*item, i);
        if (i % 13 == seed % 13)
          co_await yield_now();
      }
      if (seed % 2)
        co_await stream.close();
      --left;
    };
    for (int seed = 0; seed < 200; ++seed) {
      ++left;
      spawn(current_executor(), read(pool, seed, left));
    }
    while (left)
      co_await sleep_for(1ms);
  }(pool));
}

} // namespace
// NOLINTEND(asynciter-missing-cleanup)
