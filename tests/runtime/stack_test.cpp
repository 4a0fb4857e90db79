// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The native stack stays flat over any number of items, with every compiler, optimisation and sanitizer:
// built in several ways, see CMakeLists.txt. Each body notes how deep it stands.
#include "asynciter/async_generator.h"
#include "asynciter/detail/source.h"
#include "asynciter/for_each.h"
#include "asynciter/task.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::event;
using test_support::start;

namespace {

// May be defined smaller for builds that are slow.
#ifndef STACK_TEST_ITEMS
#define STACK_TEST_ITEMS 2'000'000
#endif
constexpr int items = STACK_TEST_ITEMS;

/// How much stack there was between the places from which `here` was called. AddressSanitizer may keep locals
/// somewhere else, so this asks for the frame.
class span {
public:
  [[gnu::noinline]] void here() {
    auto address = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    lowest_ = std::min(lowest_, address);
    highest_ = std::max(highest_, address);
  }
  std::size_t bytes() const { return highest_ - lowest_; }

private:
  std::uintptr_t lowest_ = UINTPTR_MAX;
  std::uintptr_t highest_ = 0;
};

/// More than any of the programs below needs at any optimisation (GCC's frames are large under
/// AddressSanitizer), and less than a byte for each item.
constexpr std::size_t limit = 512 * 1024;

using producer = async_generator<int> (*)(event &, span &);

task<void> step(producer make, event &awaited, span &stack, long &count) {
  auto stream = make(awaited, stack);
  while (auto item = co_await stream.next()) {
    stack.here();
    count += *item;
  }
}

task<void> fold(producer make, event &awaited, span &stack, long &count) {
  struct counter {
    bool operator()(int *item) {
      if (!item)
        return true;
      stack->here();
      *count += *item;
      return false;
    }
    void result() const noexcept {}
    span *stack;
    long *count;
  };
  auto stream = make(awaited, stack);
  co_await detail::step_loop(stream.source(), counter{&stack, &count});
}

/// A consumer that awaits a task for each item, which may be ready.
task<void> loop_with_tasks(producer make, event &awaited, span &stack, long &count) {
  auto body = [&stack, &count](int item) -> task<void> {
    stack.here();
    count += item;
    co_return;
  };
  co_await for_each(make(awaited, stack), body);
}

void check(producer make) {
  for (auto consume : {step, fold, loop_with_tasks}) {
    event awaited;
    span stack;
    long count = 0;
    auto running = start(consume(make, awaited, stack, count));
    while (awaited.awaited())
      awaited.set();
    EXPECT_TRUE(running.done());
    EXPECT_EQ(count, items);
    EXPECT_LT(stack.bytes(), limit);
  }
}

task<int> ready(span &stack) {
  stack.here();
  co_return 1;
}

async_generator<int> ready_items(event &, span &stack) {
  for (int i = 0; i < items; ++i) {
    stack.here();
    co_yield 1;
  }
}

TEST(Stack, ReadyItems) { check(ready_items); }

TEST(Stack, ReadyItemsThroughALoop) {
  check([](event &awaited, span &stack) -> async_generator<int> {
    auto inner = ready_items(awaited, stack);
    while (auto item = co_await inner.next())
      co_yield *item;
  });
}

TEST(Stack, ReadyItemsOfAChild) {
  check([](event &awaited, span &stack) -> async_generator<int> {
    auto middle = [](event &awaited, span &stack) -> async_generator<int> {
      co_yield elements_of(ready_items(awaited, stack));
    };
    co_yield elements_of(middle(awaited, stack));
  });
}

// The producer counts as suspended from the first of these tasks on, until an item is there at once.
TEST(Stack, ItemsAfterReadyTasks) {
  check([](event &, span &stack) -> async_generator<int> {
    for (int i = 0; i < items; ++i) {
      stack.here();
      const int value = co_await ready(stack);
      co_yield value;
    }
  });
}

TEST(Stack, ReadyItemsAfterOneReadyTask) {
  check([](event &awaited, span &stack) -> async_generator<int> {
    (void)co_await ready(stack);
    co_yield elements_of(ready_items(awaited, stack));
  });
}

async_generator<int> nothing(span &stack) {
  stack.here();
  co_return;
}

TEST(Stack, EmptyChildrenWithoutAnItem) {
  check([](event &, span &stack) -> async_generator<int> {
    for (int i = 0; i < items; ++i)
      co_yield elements_of(nothing(stack));
    co_yield items;
  });
}

TEST(Stack, EmptyChildrenAfterAReadyTask) {
  check([](event &, span &stack) -> async_generator<int> {
    (void)co_await ready(stack);
    for (int i = 0; i < items; ++i)
      co_yield elements_of(nothing(stack));
    co_yield items;
  });
}

TEST(Stack, EmptyChildrenAfterASuspension) {
  check([](event &awaited, span &stack) -> async_generator<int> {
    co_await awaited;
    for (int i = 0; i < items; ++i)
      co_yield elements_of(nothing(stack));
    co_yield items;
  });
}

TEST(Stack, ChildrenOfOneItem) {
  check([](event &, span &stack) -> async_generator<int> {
    auto one = [](span &stack, bool task) -> async_generator<int> {
      stack.here();
      if (task)
        (void)co_await ready(stack);
      co_yield 1;
    };
    for (int i = 0; i < items; ++i)
      co_yield elements_of(one(stack, i % 3 == 0));
  });
}

TEST(Stack, EverySecondItemAfterASuspension) {
  check([](event &awaited, span &stack) -> async_generator<int> {
    for (int i = 0; i < items; ++i) {
      stack.here();
      if (i % 2)
        co_await awaited;
      co_yield 1;
    }
  });
}

TEST(Stack, AllThatAlternates) {
  check([](event &awaited, span &stack) -> async_generator<int> {
    auto child = [](event &awaited, span &stack, int i) -> async_generator<int> {
      stack.here();
      if (i % 5 == 0)
        co_await awaited;
      if (i % 3 == 0)
        (void)co_await ready(stack);
      if (i % 2 == 0)
        co_yield elements_of(nothing(stack));
      co_yield 1;
    };
    for (int i = 0; i < items; ++i)
      co_yield elements_of(child(awaited, stack, i));
  });
}

// A consumer that resumes others before it takes its next item, as one does that unlocks a mutex or sends to
// a channel: they may have as many items as they like, wherever on the stack it does so.
TEST(Stack, OthersThatAreResumedOneAfterTheOther) {
  auto pessimistic = [](event &, span &stack) -> async_generator<int> {
    for (int i = 0; i < items / 200; ++i)
      co_yield co_await ready(stack);
  };
  auto other = [pessimistic](event &go, span &stack, long &count) -> task<void> {
    co_await go;
    auto stream = pessimistic(go, stack);
    while (auto item = co_await stream.next()) {
      stack.here();
      count += *item;
    }
  };
  auto consume = [](span &stack, event(&go)[100][2], long &count) -> task<void> {
    auto stream = [](span &stack) -> async_generator<int> {
      for (int i = 0; i < 100; ++i)
        co_yield i + 0 * co_await ready(stack);
    }(stack);
    while (auto item = co_await stream.next()) {
      for (event &each : go[*item])
        each.set();
      ++count;
    }
  };
  span stack;
  long count = 0, taken = 0;
  event go[100][2];
  std::vector<test_support::running> others;
  for (auto &pair : go)
    for (event &each : pair)
      others.push_back(start(other(each, stack, count)));
  auto running = start(consume(stack, go, taken));
  EXPECT_TRUE(running.done());
  EXPECT_EQ(taken, 100);
  EXPECT_EQ(count, items / 200 * 200);
  EXPECT_LT(stack.bytes(), limit);
}

} // namespace
