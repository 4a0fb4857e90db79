// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where frames come from, and that they go back there.
#include "asynciter/detail/frame.h"

#include "asynciter/async_generator.h"
#include "asynciter/async_stream.h"
#include "asynciter/cleanup.h"
#include "asynciter/task.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <new>
#include <set>
#include <thread>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::start;

namespace {

// Recycling.

[[gnu::noinline]] async_generator<int> count_to(int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}

task<void> drain(async_generator<int> items) {
  while (auto item = co_await items.next()) {
  }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static_assert(!ASYNCITER_RECYCLE_FRAMES);
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
static_assert(!ASYNCITER_RECYCLE_FRAMES, "sanitizers are to see each use of a dead frame");
#endif
#endif

using recycled = detail::frame_memory<recycling>;

#if ASYNCITER_RECYCLE_FRAMES
TEST(FrameCache, GivesBackWhatWasFreedLast) {
  for (std::size_t size : {1u, 8u, 9u, 24u, 25u, 80u, 488u}) {
    void *first = recycled::operator new(size);
    recycled::operator delete(first, size);
    void *second = recycled::operator new(size);
    EXPECT_EQ(first, second) << size;
    recycled::operator delete(second, size);
  }
}

// Sizes that share a list get memory that is large enough for all of them.
TEST(FrameCache, IsLargeEnoughForEachSizeOfABin) {
  for (std::size_t size = 1; size <= 600; ++size) {
    void *frame = recycled::operator new(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frame) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0u);
    std::fill_n(static_cast<char *>(frame), size, 'x');
    recycled::operator delete(frame, size);
  }
}

TEST(FrameCache, KeepsNoMoreThanItHasRoomFor) {
  std::vector<void *> frames;
  for (int i = 0; i < 1000; ++i)
    frames.push_back(recycled::operator new(80));
  EXPECT_EQ(std::set<void *>(frames.begin(), frames.end()).size(), frames.size());
  for (void *frame : frames)
    recycled::operator delete(frame, 80);
}

TEST(FrameCache, AGeneratorInALoopUsesTheSameFrame) {
  auto running = start([]() -> task<void> {
    std::set<void *> items;
    for (int i = 0; i < 100; ++i) {
      auto stream = count_to(1);
      auto item = co_await stream.next();
      items.insert(&item.value()); // a copy in the frame
    }
    EXPECT_EQ(items.size(), 1u);
  }());
  EXPECT_TRUE(running.done());
}
#endif

TEST(FrameCache, FramesMayBeFreedByAnotherThread) {
  for (int round = 0; round < 10; ++round) {
    std::vector<async_generator<int>> streams;
    for (int i = 0; i < 200; ++i)
      streams.push_back(count_to(i % 3));
    std::thread([streams = std::move(streams)]() mutable {
      for (auto &stream : streams)
        EXPECT_TRUE(start(drain(std::move(stream))).done());
      streams.clear();
      for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(start(drain(count_to(2))).done());
    }).join();
  }
}

// Thread-local objects are destroyed in the reverse order of their construction: this one outlives the
// thread's lists, and frees and makes frames when they are closed.
TEST(FrameCache, FramesMayBeUsedWhileTheThreadEnds) {
  struct late {
    std::vector<async_generator<int>> streams;
    ~late() {
      streams.pop_back();
      for (int i = 0; i < 100; ++i)
        streams.push_back(count_to(1));
      EXPECT_TRUE(start(drain(std::move(streams.back()))).done());
    }
  };
  for (int round = 0; round < 3; ++round)
    std::thread([] {
      static thread_local late kept;
      kept.streams.reserve(200);
      for (int i = 0; i < 70; ++i)
        kept.streams.push_back(count_to(1));
      for (int i = 0; i < 70; ++i)
        EXPECT_TRUE(start(drain(count_to(1))).done());
    }).join();
}

// Allocators.

/// What an allocator has handed out.
struct ledger {
  std::size_t blocks = 0;
  std::size_t bytes = 0;
  std::size_t allocations = 0;
};

ledger global;

/// An allocator without state, which can be made anywhere.
template <class T> struct stateless {
  using value_type = T;
  stateless() = default;
  template <class U> stateless(const stateless<U> &) noexcept {}
  T *allocate(std::size_t n) {
    ++global.blocks, ++global.allocations;
    global.bytes += n * sizeof(T);
    return std::allocator<T>().allocate(n);
  }
  void deallocate(T *p, std::size_t n) noexcept {
    --global.blocks;
    global.bytes -= n * sizeof(T);
    std::allocator<T>().deallocate(p, n);
  }
  bool operator==(const stateless &) const = default;
};

/// An allocator that belongs to somebody.
template <class T> struct stateful {
  using value_type = T;
  explicit stateful(ledger &from) noexcept : from(&from) {}
  template <class U> stateful(const stateful<U> &other) noexcept : from(other.from) {}
  T *allocate(std::size_t n) {
    ++from->blocks, ++from->allocations;
    from->bytes += n * sizeof(T);
    return std::allocator<T>().allocate(n);
  }
  void deallocate(T *p, std::size_t n) noexcept {
    --from->blocks;
    from->bytes -= n * sizeof(T);
    std::allocator<T>().deallocate(p, n);
  }
  bool operator==(const stateful &) const = default;
  ledger *from;
};

using plain_stream = async_generator<int, stateless<std::byte>>;
using own_stream = async_generator<int, stateful<std::byte>>;
using own_task = task<int, stateful<std::byte>>;

// Not inlined: Clang makes no allocation where it sees that the frame does not outlive the caller's.
[[gnu::noinline]] plain_stream count_plain(int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}
[[gnu::noinline]] own_stream count_own(std::allocator_arg_t, stateful<std::byte>, int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}
[[gnu::noinline]] own_task give_own(std::allocator_arg_t, stateful<std::byte>, int value) { co_return value; }

struct library {
  [[gnu::noinline]] own_stream all(std::allocator_arg_t, stateful<std::byte>, int last) const {
    for (int i = 1; i <= last; ++i)
      co_yield i *factor;
  }
  [[gnu::noinline]] own_task one(std::allocator_arg_t, stateful<std::byte>) const { co_return factor; }
  int factor = 10;
};

template <class Stream> task<int> sum(Stream stream) {
  int result = 0;
  while (auto item = co_await stream.next())
    result += *item;
  co_return result;
}

template <class Body> void run(Body body) {
  auto running = start(body());
  EXPECT_TRUE(running.done());
}

TEST(FrameAllocator, Stateless) {
  global = {};
  run([]() -> task<void> {
    EXPECT_EQ(co_await sum(count_plain(3)), 6);
    EXPECT_EQ(global.allocations, 1u);
    auto stream = count_plain(3);
    EXPECT_EQ(global.blocks, 1u);
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
    EXPECT_FALSE(co_await stream.next());
  });
  EXPECT_EQ(global.blocks, 0u);
  EXPECT_EQ(global.bytes, 0u);
}

TEST(FrameAllocator, StatefulByAllocatorArg) {
  static_assert(!std::is_default_constructible_v<stateful<std::byte>>);
  ledger first, second;
  run([&]() -> task<void> {
    EXPECT_EQ(co_await sum(count_own(std::allocator_arg, stateful<std::byte>(first), 3)), 6);
    EXPECT_EQ(first.allocations, 1u);
    EXPECT_EQ(second.allocations, 0u);
    EXPECT_EQ(co_await give_own(std::allocator_arg, stateful<std::byte>(second), 7), 7);
    EXPECT_EQ(second.allocations, 1u);
  });
  EXPECT_EQ(first.blocks + second.blocks, 0u);
  EXPECT_EQ(first.bytes + second.bytes, 0u);
}

TEST(FrameAllocator, ConvertsWhatIsGiven) {
  ledger from;
  auto make = [](std::allocator_arg_t, const stateful<int> &)
                  __attribute__((noinline)) -> own_stream { co_yield 1; };
  run([&]() -> task<void> { EXPECT_EQ(co_await sum(make(std::allocator_arg, stateful<int>(from))), 1); });
  EXPECT_EQ(from.allocations, 1u);
  EXPECT_EQ(from.blocks, 0u);
}

TEST(FrameAllocator, MemberFunctionsAndLambdas) {
  ledger from;
  const stateful<std::byte> allocator(from);
  const library books;
  auto lambda = [&books](std::allocator_arg_t, stateful<std::byte>)
                    __attribute__((noinline)) -> own_stream { co_yield books.factor; };
  run([&]() -> task<void> {
    EXPECT_EQ(co_await sum(books.all(std::allocator_arg, allocator, 3)), 60);
    EXPECT_EQ(co_await books.one(std::allocator_arg, allocator), 10);
    EXPECT_EQ(co_await sum(lambda(std::allocator_arg, allocator)), 10);
  });
  EXPECT_EQ(from.allocations, 3u);
  EXPECT_EQ(from.blocks, 0u);
  EXPECT_EQ(from.bytes, 0u);
}

// The coroutine that says end in place of a closed one takes its memory from the same place.
TEST(FrameAllocator, CloseUsesTheSameOne) {
  ledger from;
  run([&]() -> task<void> {
    auto stream = count_own(std::allocator_arg, stateful<std::byte>(from), 3);
    EXPECT_TRUE(co_await stream.next());
    co_await stream.close();
    EXPECT_FALSE(co_await stream.next());
    EXPECT_EQ(from.blocks, 1u);
    EXPECT_EQ(from.allocations, 2u);
  });
  EXPECT_EQ(from.blocks, 0u);
  EXPECT_EQ(from.bytes, 0u);
}

[[gnu::noinline]] own_stream relay_all(std::allocator_arg_t, stateful<std::byte>) {
  const std::vector numbers{1, 2};
  co_yield elements_of(numbers);
  auto borrowed = async_stream(numbers);
  co_yield elements_of(borrowed);
  auto given = []() -> async_generator<int> { co_yield 4; }; // another type, which has to be closed
  co_yield elements_of(given());
}

// What elements_of makes in order to deliver other items takes the allocator of the generator that it is for.
TEST(FrameAllocator, RelaysUseThatOfTheirParent) {
  ledger from;
  run([&]() -> task<void> {
    auto stream = relay_all(std::allocator_arg, stateful<std::byte>(from));
    EXPECT_EQ(from.allocations, 1u);
    EXPECT_EQ(co_await sum(std::move(stream)), 10);
  });
  EXPECT_GT(from.allocations, 1u);
  EXPECT_EQ(from.blocks, 0u);
}

TEST(FrameAllocator, ChildrenHaveTheirOwn) {
  ledger outer_from, inner_from;
  run([&]() -> task<void> {
    auto outer = [](std::allocator_arg_t, stateful<std::byte>, ledger &inner_from)
                     __attribute__((noinline)) -> own_stream {
      co_yield elements_of(count_own(std::allocator_arg, stateful<std::byte>(inner_from), 3));
    };
    EXPECT_EQ(co_await sum(outer(std::allocator_arg, stateful<std::byte>(outer_from), inner_from)), 6);
  });
  EXPECT_EQ(outer_from.allocations, 1u);
  EXPECT_EQ(inner_from.allocations, 1u);
  EXPECT_EQ(outer_from.blocks + inner_from.blocks, 0u);
}

namespace pmr {
template <class T> using async_generator = asynciter::async_generator<T, std::pmr::polymorphic_allocator<>>;
}

[[gnu::noinline]] pmr::async_generator<int> count_pmr(std::allocator_arg_t, std::pmr::polymorphic_allocator<>,
                                                      int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}
[[gnu::noinline]] pmr::async_generator<int> count_default(int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}

TEST(FrameAllocator, PolymorphicAllocator) {
  std::array<std::byte, 4096> memory;
  std::pmr::monotonic_buffer_resource buffer(memory.data(), memory.size(), std::pmr::null_memory_resource());
  run([&]() -> task<void> {
    auto stream = count_pmr(std::allocator_arg, &buffer, 3);
    auto item = co_await stream.next();
    auto address = reinterpret_cast<std::byte *>(&item.value());
    EXPECT_TRUE(address >= memory.data() && address < memory.data() + memory.size());
    EXPECT_EQ(co_await sum(std::move(stream)), 5);
    auto closed = count_pmr(std::allocator_arg, &buffer, 3);
    co_await closed.close();
    EXPECT_FALSE(co_await closed.next());
  });

  std::pmr::set_default_resource(std::pmr::null_memory_resource());
  EXPECT_THROW((void)count_default(1), std::bad_alloc);
  std::pmr::set_default_resource(nullptr);
  run([]() -> task<void> { EXPECT_EQ(co_await sum(count_default(3)), 6); });
}

// A failed allocation reaches the caller of the coroutine, which has not begun then.
TEST(FrameAllocator, ExceptionsOfAllocatorsReachTheCaller) {
  std::pmr::polymorphic_allocator<> none(std::pmr::null_memory_resource());
  EXPECT_THROW((void)count_pmr(std::allocator_arg, none, 1), std::bad_alloc);
}

} // namespace
