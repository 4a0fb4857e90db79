// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// S, the textbook sync generator. Its consumers are coroutines only because those of the scenarios are; they
// await nothing and cost what functions cost.
#define BENCH_FOR_EACH(item, stream) for (auto item = (stream).begin(); item != (stream).end(); ++item)

#include "registry.h"
#include "scenarios.h"
#include "textbook.h"

namespace {

using generator = textbook::generator<int>;
using task = textbook::task<bench::result>;

struct library {
  using stream = generator;
  using task = ::task;
};

BENCH_NOINLINE generator delegated(int depth, int items) {
  if (depth == 0) {
    for (int i = 0; i < items; ++i)
      co_yield i;
  } else {
    co_yield textbook::elements_of(delegated(depth - 1, items));
  }
}

BENCH_NOINLINE task sum_of_chain(int items) {
  bench::result sum = 0;
  generator source = delegated(10, items);
  for (int item : source) {
    sum += unsigned(item);
    bench::use(sum);
  }
  co_return sum;
}

BENCH_NOINLINE generator walk(int depth, int base) {
  if (depth > 0) {
    co_yield textbook::elements_of(walk(depth - 1, base));
    co_yield base + depth;
    co_yield textbook::elements_of(walk(depth - 1, base + 1));
  }
}

BENCH_NOINLINE task sum_of_trees(int items) {
  bench::result sum = 0;
  for (int i = 0; i < items / 1023; ++i) {
    generator source = walk(10, i);
    for (int item : source) {
      sum += unsigned(item);
      bench::use(sum);
    }
  }
  co_return sum;
}

bench::result chain(int items) { return bench::drive(sum_of_chain(items)); }
bench::result tree(int items) { return bench::drive(sum_of_trees(items)); }

[[maybe_unused]] const bool added = [] {
  scenarios<library>::add("S", "S");
  bench::registration("chain", "S, elements_of", chain, bench::items::chain);
  bench::registration("tree", "S, elements_of", tree, bench::items::tree);
  return true;
}();

} // namespace
