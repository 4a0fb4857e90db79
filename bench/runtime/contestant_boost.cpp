// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// boost::asio::experimental::coro. Each of its coroutines takes an executor, so it has its own text of the
// scenarios, and its own loop.
#include "registry.h"

#include <boost/asio/experimental/co_spawn.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/use_coro.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

namespace {

namespace net = boost::asio;
using executor = net::io_context::executor_type; // the default, any_io_executor, costs several times more
using stream = net::experimental::coro<int, void, executor>;
using task = net::experimental::coro<void, bench::result, executor>;

net::io_context &loop() {
  static net::io_context context(1);
  return context;
}

bench::result drive(task (*start)(executor, int), int items) {
  bench::result sum = 0;
  task running = start(loop().get_executor(), items);
  running.async_resume([&sum](std::exception_ptr failure, bench::result value) {
    if (failure)
      std::rethrow_exception(failure);
    sum = value;
  });
  loop().restart();
  loop().run();
  return sum;
}

// A coro cannot take another one as its second argument: its promise's constructors become ambiguous.
struct boxed {
  stream items;
};

BENCH_NOINLINE stream iota(executor, int items) {
  for (int i = 0; i < items; ++i)
    co_yield i;
}

BENCH_NOINLINE stream iota_on_loop(executor on, int items) {
  for (int i = 0; i < items; ++i) {
    co_await net::post(on, net::experimental::use_coro);
    co_yield i;
  }
}

BENCH_NOINLINE stream even(executor, boxed source) {
  while (auto item = co_await source.items)
    if ((*item & 1) == 0)
      co_yield int(*item);
}

BENCH_NOINLINE stream triple(executor, boxed source) {
  while (auto item = co_await source.items)
    co_yield int(*item * 3);
}

BENCH_NOINLINE stream one(executor, int item) { co_yield item; }

BENCH_NOINLINE stream nested(executor on, int depth, int items) {
  if (depth == 0) {
    for (int i = 0; i < items; ++i)
      co_yield i;
  } else {
    stream inner = nested(on, depth - 1, items);
    while (auto item = co_await inner)
      co_yield int(*item);
  }
}

BENCH_NOINLINE stream walk(executor on, int depth, int base) {
  if (depth > 0) {
    {
      stream left = walk(on, depth - 1, base);
      while (auto item = co_await left)
        co_yield int(*item);
    }
    co_yield base + depth;
    {
      stream right = walk(on, depth - 1, base + 1);
      while (auto item = co_await right)
        co_yield int(*item);
    }
  }
}

/// Sums what the stream that `Make` gives for `items` delivers.
template <stream (*Make)(executor, int)> BENCH_NOINLINE task sum_of(executor on, int items) {
  bench::result sum = 0;
  stream source = Make(on, items);
  while (auto item = co_await source) {
    sum += unsigned(*item);
    bench::use(sum);
  }
  co_return sum;
}

stream make_pipe(executor on, int items) {
  boxed numbers{iota(on, items)};
  boxed evens{even(on, std::move(numbers))};
  return triple(on, std::move(evens));
}
stream make_chain(executor on, int items) { return nested(on, 10, items); }

BENCH_NOINLINE task sum_of_ones(executor on, int items) {
  bench::result sum = 0;
  for (int i = 0; i < items; ++i) {
    stream source = one(on, i);
    while (auto item = co_await source) {
      sum += unsigned(*item);
      bench::use(sum);
    }
  }
  co_return sum;
}

BENCH_NOINLINE task sum_of_trees(executor on, int items) {
  bench::result sum = 0;
  for (int i = 0; i < items / 1023; ++i) {
    stream source = walk(on, 10, i);
    while (auto item = co_await source) {
      sum += unsigned(*item);
      bench::use(sum);
    }
  }
  co_return sum;
}

BENCH_NOINLINE task heap_of_live(executor on, int count) {
  std::vector<stream> live;
  live.reserve(std::size_t(count));
  std::size_t before = bench::heap_in_use();
  for (int i = 0; i < count; ++i)
    live.push_back(iota(on, 3));
  for (stream &source : live)
    (void)co_await source;
  co_return bench::heap_in_use() - before;
}

template <task (*Start)(executor, int)> bench::result run(int items) { return drive(Start, items); }

constexpr const char *name = "Boost.Asio coro";
const bench::registration added[] = {
    {"ready", name, run<sum_of<iota>>, bench::items::ready},
    {"hop", name, run<sum_of<iota_on_loop>>, bench::items::hop},
    {"pipe", name, run<sum_of<make_pipe>>, bench::items::ready},
    {"create", name, run<sum_of_ones>, bench::items::create},
    {"chain", name, run<sum_of<make_chain>>, bench::items::chain},
    {"tree", name, run<sum_of_trees>, bench::items::tree},
    {"memory", name, run<heap_of_live>, bench::items::live},
};

} // namespace
