// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are run to each of their suspensions in turn and destroyed there. Whatever they have made must be
// gone then, and nothing may touch what is gone, which AddressSanitizer watches.
#include "adaptor_programs.h"
#include "generator_programs.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
namespace programs = generator_programs;
using test_support::running;
using test_support::start;

namespace {

/// Resumes what waits when it is told to.
class by_hand : public programs::world {
public:
  void suspended(std::coroutine_handle<> waiting) override {
    EXPECT_FALSE(waiting_) << "two things wait in a program without concurrency";
    waiting_ = waiting;
  }
  void forget() override { waiting_ = nullptr; }
  bool waits() const { return waiting_ != nullptr; }
  void resume() { std::exchange(waiting_, nullptr).resume(); }

private:
  std::coroutine_handle<> waiting_;
};

constexpr unsigned seeds = 1000;

// Without destruction first: what the programs do is what the model says.
TEST(DestroyEverywhere, ProgramsDoWhatTheModelSays) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const auto program = programs::random_program(seed);
    by_hand world;
    {
      auto running = start(programs::consume(*program, world));
      while (world.waits())
        world.resume();
      ASSERT_TRUE(running.done()) << seed;
    }
    ASSERT_EQ(world.log, programs::model::consume(*program)) << seed;
    ASSERT_EQ(world.alive, 0) << seed;
  }
}

TEST(DestroyEverywhere, ClosedAfterAnyItemTheyDoWhatTheModelSays) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const auto program = programs::random_program(seed);
    for (int limit = 0;; ++limit) {
      by_hand world;
      {
        auto running = start(programs::consume(*program, world, limit));
        while (world.waits())
          world.resume();
        ASSERT_TRUE(running.done()) << seed << ' ' << limit;
      }
      ASSERT_EQ(world.log, programs::model::consume(*program, limit)) << seed << ' ' << limit;
      ASSERT_EQ(world.alive, 0) << seed << ' ' << limit;
      if (limit == 12)
        break;
    }
  }
}

TEST(DestroyEverywhere, AtEachSuspension) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const auto program = programs::random_program(seed);
    bool ended = false;
    for (int suspension = 0; !ended; ++suspension) {
      by_hand world;
      {
        auto running = start(programs::consume(*program, world));
        for (int i = 0; i < suspension && world.waits(); ++i)
          world.resume();
        ended = !world.waits();
      }
      ASSERT_EQ(world.alive, 0) << seed << ' ' << suspension;
      ASSERT_FALSE(world.waits()) << seed << ' ' << suspension;
    }
  }
}

TEST(DestroyEverywhere, AtEachSuspensionWhileBeingClosed) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const auto program = programs::random_program(seed);
    for (const int limit : {1, 3}) {
      bool ended = false;
      for (int suspension = 0; !ended; ++suspension) {
        by_hand world;
        {
          auto running = start(programs::consume(*program, world, limit));
          for (int i = 0; i < suspension && world.waits(); ++i)
            world.resume();
          ended = !world.waits();
        }
        ASSERT_EQ(world.alive, 0) << seed << ' ' << suspension;
        ASSERT_FALSE(world.waits()) << seed << ' ' << suspension;
      }
    }
  }
}

// The consumer goes and the stream stays a while, which may then be destroyed, or closed by somebody else.
TEST(DestroyEverywhere, ConsumerInAStep) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const auto program = programs::random_program(seed);
    for (const bool close : {false, true}) {
      bool ended = false;
      for (int suspension = 0; !ended; ++suspension) {
        by_hand world;
        {
          auto items = programs::run(*program, world);
          auto consume = [](async_generator<int> &items) -> task<void> {
            try {
              while (co_await items.next()) {
              }
            } catch (int) {
            }
          };
          {
            auto consumer = start(consume(items));
            for (int i = 0; i < suspension && world.waits(); ++i)
              world.resume();
            ended = !world.waits();
          }
          if (close) {
            auto closer = start([](async_generator<int> &items) -> task<void> {
              try {
                co_await items.close();
              } catch (int) {
              }
              EXPECT_FALSE(co_await items.next());
            }(items));
            while (world.waits())
              world.resume();
            EXPECT_TRUE(closer.done());
          }
        }
        ASSERT_EQ(world.alive, 0) << seed << ' ' << suspension;
        ASSERT_FALSE(world.waits()) << seed << ' ' << suspension;
      }
    }
  }
}

// The same for each adaptor and each way to run beside each other.
TEST(DestroyEverywhere, AdaptorsAtEachSuspension) {
  for (const auto &program : adaptor_programs::all()) {
    bool ended = false;
    int suspension = 0;
    for (; !ended; ++suspension) {
      adaptor_programs::world world;
      {
        auto running = start(program.run(world));
        for (int i = 0; i < suspension; ++i)
          ASSERT_TRUE(world.open()) << program.name << ' ' << i << " waits for nothing";
        try {
          ended = running.done();
        } catch (const timed_out &) {
          ended = true;
        }
      }
      ASSERT_EQ(world.alive, 0) << program.name << ' ' << suspension;
      ASSERT_FALSE(world.open()) << program.name << ' ' << suspension;
    }
    EXPECT_GT(suspension, 2) << program.name;
  }
}

} // namespace
