// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each allocation of a program fails in turn. Whatever was made is destroyed, nothing terminates, and the
// failure arrives as std::bad_alloc where the documentation says so.
//
// Replaces the global operator new, and is therefore a program of its own.
#define ASYNCITER_RECYCLE_FRAMES 0 // each frame is an allocation

#include "adaptor_programs.h"
#include "generator_programs.h"
#include "test_support.h"

#include "asynciter/for_each.h"
#include "asynciter/sync_wait.h"

#include <gtest/gtest.h>

#include <atomic>
#include <coroutine>
#include <cstdlib>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
namespace programs = generator_programs;
using test_support::counted;
using test_support::start;

namespace {

/// While one of these lives, allocations are counted, and one of them fails.
class failing {
public:
  /// \param at the number of the allocation that fails, from 0; -1 for none.
  explicit failing(int at) : at_(at) { active = this; }
  failing(const failing &) = delete;
  failing &operator=(const failing &) = delete;
  ~failing() { active = nullptr; }

  /// Whether one has failed.
  bool failed() const { return at_ >= 0 && made_ > at_; }
  int made() const { return made_; }

  static bool fails() { return active && active->made_++ == active->at_; }

private:
  static inline failing *active = nullptr;
  int at_;
  int made_ = 0;
};

long blocks = 0;

void *allocate(std::size_t size) noexcept {
  if (failing::fails())
    return nullptr;
  void *result = std::malloc(size ? size : 1);
  if (result)
    ++blocks;
  return result;
}
void deallocate(void *block) noexcept {
  if (block)
    --blocks;
  std::free(block);
}

} // namespace

void *operator new(std::size_t size) {
  if (void *result = allocate(size))
    return result;
  throw std::bad_alloc();
}
void *operator new[](std::size_t size) { return operator new(size); }
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void operator delete(void *block) noexcept { deallocate(block); }
void operator delete(void *block, std::size_t) noexcept { deallocate(block); }
void operator delete[](void *block) noexcept { deallocate(block); }
void operator delete[](void *block, std::size_t) noexcept { deallocate(block); }
void operator delete(void *block, const std::nothrow_t &) noexcept { deallocate(block); }
void operator delete[](void *block, const std::nothrow_t &) noexcept { deallocate(block); }

namespace {

/// Calls `run` with each of its allocations failing in turn. It says whether std::bad_alloc arrived.
template <class Run> void fail_each(Run run, bool has_to_arrive = true, const std::string &what = "") {
  for (int at = 0;; ++at) {
    const long before = blocks;
    bool arrived = false, failed = false;
    {
      failing here(at);
      arrived = run();
      failed = here.failed();
    }
    ASSERT_EQ(blocks, before) << what << " leaked when allocation " << at << " failed";
    if (has_to_arrive) {
      ASSERT_EQ(arrived, failed) << what << ' ' << at;
    }
    if (!failed)
      break;
  }
}

class by_hand : public programs::world {
public:
  void suspended(std::coroutine_handle<> waiting) override { waiting_ = waiting; }
  void forget() override { waiting_ = nullptr; }
  bool resume() {
    if (!waiting_)
      return false;
    std::exchange(waiting_, nullptr).resume();
    return true;
  }

private:
  std::coroutine_handle<> waiting_;
};

bool may_throw(const programs::node &program) {
  for (const auto &operation : program.body)
    if (operation.what == programs::kind::failure || operation.what == programs::kind::throwing_cleanup ||
        (operation.child && may_throw(*operation.child)))
      return true;
  return false;
}

void fail_each_of(unsigned seed, int limit) {
  const auto program = programs::random_program(seed, 5);
  const bool exact = limit < 0 && !may_throw(*program); // no other exception that may come first
  int alive = 0;
  auto run = [&] {
    by_hand world;
    bool arrived = false;
    try {
      auto running = start(programs::consume(*program, world, limit));
      while (world.resume()) {
      }
      (void)running.done();
    } catch (const std::bad_alloc &) {
      arrived = true;
    }
    alive += world.alive;
    return arrived;
  };
  fail_each(run, exact, std::to_string(seed));
  EXPECT_EQ(alive, 0) << seed;
}

TEST(AllocationFailure, InAnyProgram) {
  for (unsigned seed = 0; seed < 300; ++seed)
    fail_each_of(seed, -1);
}

TEST(AllocationFailure, InAnyProgramThatIsClosed) {
  for (unsigned seed = 0; seed < 300; ++seed)
    fail_each_of(seed, static_cast<int>(seed % 4));
}

// What an adaptor reports may be something else, such as a time that is over; but nothing leaks and all goes.
TEST(AllocationFailure, InEachAdaptor) {
  for (const auto &program : adaptor_programs::all()) {
    int alive = 0;
    auto run = [&] {
      adaptor_programs::world world;
      bool arrived = false;
      try {
        auto running = start(program.run(world));
        while (world.open()) {
        }
        (void)running.done();
      } catch (const std::bad_alloc &) {
        arrived = true;
      } catch (const timed_out &) {
      }
      alive += world.alive;
      return arrived;
    };
    fail_each(run, false, program.name);
    EXPECT_EQ(alive, 0) << program.name;
  }
}

// Where it arrives.

// Not inlined: Clang makes no allocation where it sees that the frame does not outlive the caller's.
[[gnu::noinline]] async_generator<int> count_to(int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}
[[gnu::noinline]] task<int> give(int value) { co_return value; }

TEST(AllocationFailure, ArrivesWhereACoroutineIsCalled) {
  {
    const failing here(0);
    EXPECT_THROW((void)count_to(1), std::bad_alloc);
  }
  const failing here(0);
  EXPECT_THROW((void)give(1), std::bad_alloc);
}

[[gnu::noinline]] auto make_cleanup(int &alive) {
  auto never = [](counted &) {
    ADD_FAILURE() << "cleanup ran that was not registered";
    return std::suspend_never();
  };
  return on_exit(never, counted(alive));
}

TEST(AllocationFailure, ArrivesWhereCleanupIsRegistered) {
  int alive = 0;
  auto running = start([](int &alive) -> task<void> {
    const failing here(0);
    EXPECT_THROW((void)co_await make_cleanup(alive), std::bad_alloc);
    EXPECT_EQ(alive, 0);
  }(alive));
  EXPECT_TRUE(running.done());
  EXPECT_EQ(alive, 0);
}

TEST(AllocationFailure, ArrivesWhereElementsAreYielded) {
  bool arrived = false;
  auto running = start([](bool &arrived) -> task<void> {
    auto outer = [](bool &arrived) -> async_generator<int> {
      const std::vector<int> range{1, 2};
      try {
        const failing here(0);
        co_yield elements_of(range);
      } catch (const std::bad_alloc &) {
        arrived = true;
      }
      co_yield elements_of(range);
    }(arrived);
    EXPECT_EQ((co_await outer.next()).value(), 1);
    EXPECT_EQ((co_await outer.next()).value(), 2);
    EXPECT_FALSE(co_await outer.next());
  }(arrived));
  EXPECT_TRUE(running.done());
  EXPECT_TRUE(arrived);
}

// Closing does what it has to do also when there is no memory for a coroutine that says end.
TEST(AllocationFailure, DoesNotKeepAStreamFromBeingClosed) {
  int alive = 0, cleaned = 0;
  auto running = start([](int &alive, int &cleaned) -> task<void> {
    auto stream = [](counted, int &cleaned) -> async_generator<int> {
      auto clean = [](int *cleaned) {
        ++*cleaned;
        return std::suspend_never();
      };
      auto registered = on_exit(clean, &cleaned);
      (void)co_await std::move(registered);
      co_yield 1;
    }(counted(alive), cleaned);
    EXPECT_TRUE(co_await stream.next());
    {
      const failing here(0);
      co_await stream.close();
    }
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(cleaned, 1);
    EXPECT_FALSE(stream.valid());
    co_await stream.close();
  }(alive, cleaned));
  EXPECT_TRUE(running.done());
}

TEST(AllocationFailure, InSyncWaitAndForEach) {
  fail_each([] {
    try {
      int sum = 0;
      sync_wait(for_each(count_to(3), [&](int item) { sum += item; }));
      EXPECT_EQ(sum, 6);
      EXPECT_EQ(sync_wait(give(3)), 3);
      return false;
    } catch (const std::bad_alloc &) {
      return true;
    }
  });
}

// Nothing is allocated per item.
TEST(AllocationFailure, ItemsNeedNoMemory) {
  auto running = start([]() -> task<void> {
    auto outer = []() -> async_generator<int> { co_yield elements_of(count_to(1000)); }();
    EXPECT_TRUE(co_await outer.next());
    const failing none(-1);
    int items = 1;
    while (auto item = co_await outer.next())
      ++items;
    EXPECT_EQ(items, 1000);
    EXPECT_EQ(none.made(), 0);
  }());
  EXPECT_TRUE(running.done());
}

} // namespace
