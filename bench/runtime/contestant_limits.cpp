// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What no generator can beat: the loop itself, a call for each item, and the two ways in which control gets
// from one coroutine to another, bare.
#include "drive.h"
#include "registry.h"
#include "textbook.h"

#include <coroutine>
#include <exception>
#include <new>

namespace {

bench::result loop(int items) {
  bench::result sum = 0;
  for (int i = 0; i < items; ++i) {
    sum += unsigned(i);
    bench::use(sum);
  }
  return sum;
}

/// The smallest stream of all.
class counter {
public:
  explicit counter(int items) : items_(items) {}
  BENCH_NOINLINE const int *next() {
    if (next_ == items_)
      return nullptr;
    current_ = next_++;
    return &current_;
  }

private:
  int next_ = 0;
  int current_ = 0;
  int items_;
};

bench::result call(int items) {
  bench::result sum = 0;
  counter source(items);
  while (const int *item = source.next()) {
    sum += unsigned(*item);
    bench::use(sum);
  }
  return sum;
}

/// A coroutine that is resumed by hand.
struct bare {
  struct promise_type {
    bare get_return_object() noexcept { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() noexcept {
      item = nullptr;
      return {};
    }
    std::suspend_always yield_value(const int &next) noexcept {
      item = &next;
      return {};
    }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
    const int *item = nullptr;
  };
  std::coroutine_handle<promise_type> coroutine;
};

BENCH_NOINLINE bare produce(int items) {
  for (int i = 0; i < items; ++i)
    co_yield i;
}

bench::result resume(int items) {
  bench::result sum = 0;
  std::coroutine_handle<bare::promise_type> producer = produce(items).coroutine;
  for (;;) {
    producer.resume();
    const int *item = producer.promise().item;
    if (!item)
      break;
    sum += unsigned(*item);
    bench::use(sum);
  }
  producer.destroy();
  return sum;
}

/// Two coroutines and where they stand.
struct pair {
  std::coroutine_handle<> consumer;
  std::coroutine_handle<> producer;
  const int *item = nullptr;
};
struct to_consumer {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return both.consumer; }
  void await_resume() const noexcept {}
  pair &both;
};
struct to_producer {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) const noexcept {
    both.consumer = self;
    return both.producer;
  }
  void await_resume() const noexcept {}
  pair &both;
};

BENCH_NOINLINE bare transfer_items(pair &both, int items) {
  for (int i = 0; i < items; ++i) {
    both.item = &i;
    co_await to_consumer{both};
  }
  both.item = nullptr;
  co_await to_consumer{both};
}

BENCH_NOINLINE bare receive_items(pair &both, bench::result &total) {
  bench::result sum = 0;
  for (co_await to_producer{both}; both.item; co_await to_producer{both}) {
    sum += unsigned(*both.item);
    bench::use(sum);
  }
  total = sum;
}

bench::result transfer(int items) {
  bench::result sum = 0;
  pair both;
  bare producer = transfer_items(both, items);
  both.producer = producer.coroutine;
  bare consumer = receive_items(both, sum);
  consumer.coroutine.resume();
  consumer.coroutine.destroy();
  producer.coroutine.destroy();
  return sum;
}

/// The event loop alone.
BENCH_NOINLINE textbook::task<bench::result> hops(int items) {
  bench::result sum = 0;
  for (int i = 0; i < items; ++i) {
    co_await bench::hop();
    sum += unsigned(i);
    bench::use(sum);
  }
  co_return sum;
}
bench::result hop(int items) { return bench::drive_on_loop(hops(items)); }

/// A frame's worth of memory for each item.
bench::result allocate(int items) {
  bench::result sum = 0;
  for (int i = 0; i < items; ++i) {
    void *frame = ::operator new(64);
    asm volatile("" : "+r"(frame)::"memory");
    ::operator delete(frame, std::size_t(64));
    sum += unsigned(i);
    bench::use(sum);
  }
  return sum;
}

const bench::registration added[] = {
    {"ready", "loop", loop, bench::items::ready},
    {"ready", "call", call, bench::items::ready},
    {"ready", "bare resume", resume, bench::items::ready},
    {"ready", "bare transfer", transfer, bench::items::ready},
    {"hop", "no generator", hop, bench::items::hop},
    {"create", "new and delete", allocate, bench::items::create},
};

} // namespace
