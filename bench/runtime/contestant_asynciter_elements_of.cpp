// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ours: generators that hand over to other ones by `elements_of`.
#include "asynciter/async_generator.h"
#include "asynciter/task.h"
#include "drive.h"
#include "registry.h"

namespace {

using stream = asynciter::async_generator<int>;
using task = asynciter::task<bench::result>;

BENCH_NOINLINE stream delegated(int depth, int items) {
  if (depth == 0) {
    for (int i = 0; i < items; ++i)
      co_yield i;
  } else {
    co_yield asynciter::elements_of(delegated(depth - 1, items));
  }
}

BENCH_NOINLINE task sum_of_chain(int depth, int items) {
  bench::result sum = 0;
  stream source = delegated(depth, items);
  while (auto item = co_await source.next()) {
    sum += unsigned(*item);
    bench::use(sum);
  }
  co_return sum;
}

BENCH_NOINLINE stream walk(int depth, int base) {
  if (depth > 0) {
    co_yield asynciter::elements_of(walk(depth - 1, base));
    co_yield base + depth;
    co_yield asynciter::elements_of(walk(depth - 1, base + 1));
  }
}

BENCH_NOINLINE task sum_of_trees(int items) {
  bench::result sum = 0;
  for (int i = 0; i < items / 1023; ++i) {
    stream source = walk(10, i);
    while (auto item = co_await source.next()) {
      sum += unsigned(*item);
      bench::use(sum);
    }
  }
  co_return sum;
}

template <int Depth> bench::result chain(int items) { return bench::drive(sum_of_chain(Depth, items)); }
bench::result tree(int items) { return bench::drive(sum_of_trees(items)); }

const bench::registration added[] = {
    {"chain", "asynciter", chain<10>, bench::items::chain},
    {"tree", "asynciter", tree, bench::items::tree},
    {"depth 1", "asynciter", chain<1>, bench::items::deep},
    {"depth 10", "asynciter", chain<10>, bench::items::deep},
    {"depth 100", "asynciter", chain<100>, bench::items::deep},
    {"depth 1000", "asynciter", chain<1000>, bench::items::deep},
};

} // namespace
