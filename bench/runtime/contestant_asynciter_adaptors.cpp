// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ours: fused adaptors, and the ends reduce and to.
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/task.h"
#include "asynciter/transform.h"
#include "drive.h"
#include "registry.h"

#include <utility>
#include <vector>

namespace {

using stream = asynciter::async_generator<int>;
using task = asynciter::task<bench::result>;

BENCH_NOINLINE stream iota(int items) {
  for (int i = 0; i < items; ++i)
    co_yield i;
}

BENCH_NOINLINE stream iota_on_loop(int items) {
  for (int i = 0; i < items; ++i) {
    co_await bench::hop();
    co_yield i;
  }
}

constexpr auto add = [](bench::result sum, int item) {
  sum += unsigned(item);
  bench::use(sum);
  return sum;
};
constexpr auto is_even = [](int item) { return (item & 1) == 0; };
constexpr auto times_three = [](int item) { return item * 3; };

BENCH_NOINLINE task fold(stream (*make)(int), int items) {
  stream source = make(items);
  co_return co_await (std::move(source) | asynciter::reduce(bench::result(0), add));
}

BENCH_NOINLINE task collect(int items) {
  stream source = iota(items);
  std::vector<int> all = co_await (std::move(source) | asynciter::to<std::vector<int>>());
  bench::result sum = 0;
  for (int item : all)
    sum += unsigned(item);
  co_return sum;
}

BENCH_NOINLINE task pipe_loop(int items) {
  bench::result sum = 0;
  auto source = iota(items) | asynciter::filter(is_even) | asynciter::transform(times_three);
  while (auto item = co_await source.next()) {
    sum += unsigned(*item);
    bench::use(sum);
  }
  co_return sum;
}

BENCH_NOINLINE task pipe_fold(int items) {
  auto source = iota(items) | asynciter::filter(is_even) | asynciter::transform(times_three);
  co_return co_await (std::move(source) | asynciter::reduce(bench::result(0), add));
}

bench::result ready_fold(int items) { return bench::drive(fold(iota, items)); }
bench::result ready_collect(int items) { return bench::drive(collect(items)); }
bench::result hop_fold(int items) { return bench::drive_on_loop(fold(iota_on_loop, items)); }
bench::result pipe(int items) { return bench::drive(pipe_loop(items)); }
bench::result pipe_reduce(int items) { return bench::drive(pipe_fold(items)); }

const bench::registration added[] = {
    {"ready", "asynciter, reduce", ready_fold, bench::items::ready},
    {"ready", "asynciter, to<vector>", ready_collect, bench::items::ready},
    {"hop", "asynciter, reduce", hop_fold, bench::items::hop},
    {"pipe", "asynciter", pipe, bench::items::ready},
    {"pipe", "asynciter, reduce", pipe_reduce, bench::items::ready},
};

} // namespace
