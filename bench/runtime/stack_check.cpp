// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// stack_check CASE ITEMS: runs over ITEMS items that are ready and prints how many bytes of native stack lie
// between the producer's lowest and highest activation. Flat means that ITEMS makes no difference. Built once
// per optimization level and sanitizer.
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/task.h"
#include "asynciter/transform.h"
#include "textbook.h"

#include <algorithm>
#include <coroutine>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

namespace {

using stream = asynciter::async_generator<int>;
using task = asynciter::task<std::uint64_t>;

std::uintptr_t lowest = UINTPTR_MAX;
std::uintptr_t highest = 0;

/// Notes where the stack is. The address of a local would not do: AddressSanitizer moves locals to the heap.
[[gnu::noinline]] void note_stack() {
  auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  lowest = std::min(lowest, here);
  highest = std::max(highest, here);
}

struct detached {
  struct promise_type {
    detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

template <class Task> detached await_into(Task running, std::uint64_t &to) {
  to = co_await std::move(running);
}

/// One source of items for all cases, in our generator or in the textbook's.
template <class Stream> Stream iota(int items) {
  for (int i = 0; i < items; ++i) {
    if (i % 1024 == 0)
      note_stack();
    co_yield i;
  }
}

template <class Stream, class Task> Task sum_of(int items) {
  std::uint64_t sum = 0;
  Stream source = iota<Stream>(items);
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

task sum_by_iterator(int items) {
  std::uint64_t sum = 0;
  stream source = iota<stream>(items);
  for (auto it = co_await source.begin(); it != source.end(); co_await ++it)
    sum += unsigned(*it);
  co_return sum;
}

/// A suspended consumer is what a streak of ready items starts with when one item was not ready.
struct later {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const noexcept { suspended = waiting; }
  void await_resume() const noexcept {}
  static inline std::coroutine_handle<> suspended;
};

stream iota_after_wait(int items) {
  for (int i = 0; i < items; ++i) {
    if (i % 1024 == 0)
      note_stack();
    if (i == 1)
      co_await later();
    co_yield i;
  }
}

task sum_after_wait(int items) {
  std::uint64_t sum = 0;
  stream source = iota_after_wait(items);
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

task sum_nested(int items) {
  std::uint64_t sum = 0;
  auto again = [](int count) -> stream {
    stream inner = iota<stream>(count);
    while (auto item = co_await inner.next())
      co_yield int(*item);
  };
  stream source = again(items);
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

stream one_by_one(int items) {
  for (int i = 0; i < items; ++i) {
    if (i % 1024 == 0)
      note_stack();
    co_yield i;
  }
}

stream delegated(int depth, int items) {
  if (depth == 0)
    co_yield asynciter::elements_of(one_by_one(items));
  else
    co_yield asynciter::elements_of(delegated(depth - 1, items));
}

task sum_delegated(int items) {
  std::uint64_t sum = 0;
  stream source = delegated(10, items);
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

stream one(int item) {
  if (item % 1024 == 0)
    note_stack();
  co_yield item;
}

/// A generator for each item, one after the other in place of the same parent.
stream delegated_in_turn(int items) {
  for (int i = 0; i < items; ++i)
    co_yield asynciter::elements_of(one(i));
}

task sum_delegated_in_turn(int items) {
  std::uint64_t sum = 0;
  stream source = delegated_in_turn(items);
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

task nothing_to_wait_for() { co_return 1; }

/// Awaits something for each item, which is over at once.
stream iota_by_tasks(int items) {
  for (int i = 0; i < items; ++i) {
    if (i % 1024 == 0)
      note_stack();
    co_await nothing_to_wait_for();
    co_yield i;
  }
}

task sum_by_tasks(int items) {
  std::uint64_t sum = 0;
  stream source = iota_by_tasks(items);
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

task sum_by_for_each(int items) {
  std::uint64_t sum = 0;
  stream source = iota<stream>(items);
  auto body = [&sum](int item) { sum += unsigned(item); };
  co_await asynciter::for_each(source, body);
  co_return sum;
}

constexpr auto plus = [](std::uint64_t sum, int item) { return sum + unsigned(item); };

task sum_by_reduce(int items) {
  stream source = iota<stream>(items);
  co_return co_await (std::move(source) | asynciter::reduce(std::uint64_t(0), plus));
}

task sum_of_pipe(int items) {
  std::uint64_t sum = 0;
  auto source = iota<stream>(items) | asynciter::filter([](int item) { return item % 2 == 0; }) |
                asynciter::transform([](int item) { return item * 3; });
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

/// A filter that keeps nothing takes all items in one step.
task sum_of_none(int items) {
  std::uint64_t sum = 0;
  auto source = iota<stream>(items) | asynciter::filter([](int item) { return item < 0; });
  while (auto item = co_await source.next())
    sum += unsigned(*item);
  co_return sum;
}

/// What the cases must sum up to.
std::uint64_t all_of(std::uint64_t items) { return items * (items - 1) / 2; }
std::uint64_t tripled_even_of(std::uint64_t items) { return 6 * all_of((items + 1) / 2); }
std::uint64_t nothing_of(std::uint64_t) { return 0; }

struct named_case {
  const char *name;
  task (*run)(int items);
  std::uint64_t (*expected)(std::uint64_t items) = all_of;
};
const named_case cases[] = {
    {"next", sum_of<stream, task>},
    {"iterator", sum_by_iterator},
    {"after a wait", sum_after_wait},
    {"nested", sum_nested},
    {"elements_of", sum_delegated},
    {"elements_of in turn", sum_delegated_in_turn},
    {"a task each", sum_by_tasks},
    {"for_each", sum_by_for_each},
    {"reduce", sum_by_reduce},
    {"pipe", sum_of_pipe, tripled_even_of},
    {"filter out all", sum_of_none, nothing_of},
};

} // namespace

int main(int argc, char **argv) {
  if (argc == 2 && !std::strcmp(argv[1], "list")) {
    for (const named_case &one : cases)
      std::puts(one.name);
    return 0;
  }
  if (argc != 3) {
    std::fprintf(stderr, "usage: stack_check list | CASE ITEMS\n");
    return 2;
  }
  int items = std::atoi(argv[2]);
  std::uint64_t sum = 0;
  std::uint64_t (*expected)(std::uint64_t items) = nullptr;
  if (!std::strcmp(argv[1], "T")) { // for comparison
    expected = all_of;
    await_into(sum_of<textbook::async_generator<int>, textbook::task<std::uint64_t>>(items), sum);
  }
  for (const named_case &one : cases)
    if (!std::strcmp(argv[1], one.name)) {
      expected = one.expected;
      await_into(one.run(items), sum);
    }
  if (!expected) {
    std::fprintf(stderr, "stack_check: there is no case %s\n", argv[1]);
    return 2;
  }
  if (later::suspended)
    std::exchange(later::suspended, nullptr).resume();
  if (sum != expected(std::uint64_t(items))) {
    std::fprintf(stderr, "stack_check: %s: wrong sum %llu\n", argv[1], static_cast<unsigned long long>(sum));
    return 2;
  }
  std::printf("%llu\n", static_cast<unsigned long long>(highest - lowest));
}
