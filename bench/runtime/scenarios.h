// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The scenarios, written once for all contestants with this shape of coroutines. Each contestant's source
// defines `BENCH_FOR_EACH(item, stream)`, the head of a loop over a stream as its library writes it, in which
// `*item` is the item; then it includes this and instantiates
//
//     struct library {
//       using stream = ...;  // a generator of int
//       using task = ...;    // a coroutine with a bench::result, which `co_await` gives
//     };
//
// Generator functions are not inlined: as in a program, the consumer does not see the producer's body.
#pragma once

#ifndef BENCH_FOR_EACH
#error "define BENCH_FOR_EACH(item, stream) before including this"
#endif

#include "drive.h"
#include "registry.h"

#include <cstddef>
#include <utility>
#include <vector>

// The macro makes this header a different one in each source.
namespace {

template <class Library> struct scenarios {
  using stream = typename Library::stream;
  using task = typename Library::task;

  /// Items that are ready.
  BENCH_NOINLINE static stream iota(int items) {
    for (int i = 0; i < items; ++i)
      co_yield i;
  }
  BENCH_NOINLINE static task sum_of_ready(int items) {
    bench::result sum = 0;
    stream source = iota(items);
    BENCH_FOR_EACH(item, source) {
      sum += unsigned(*item);
      bench::use(sum);
    }
    co_return sum;
  }
  static bench::result ready(int items) { return bench::drive(sum_of_ready(items)); }

  /// Before each item the producer goes once through the event loop.
  BENCH_NOINLINE static stream iota_on_loop(int items) {
    for (int i = 0; i < items; ++i) {
      co_await bench::hop();
      co_yield i;
    }
  }
  BENCH_NOINLINE static task sum_on_loop(int items) {
    bench::result sum = 0;
    stream source = iota_on_loop(items);
    BENCH_FOR_EACH(item, source) {
      sum += unsigned(*item);
      bench::use(sum);
    }
    co_return sum;
  }
  static bench::result hop(int items) { return bench::drive_on_loop(sum_on_loop(items)); }

  /// Three stages, a generator each: numbers, the even ones, their triples. Counted by source item.
  BENCH_NOINLINE static stream even(stream source) {
    BENCH_FOR_EACH(item, source) {
      if ((*item & 1) == 0)
        co_yield int(*item);
    }
  }
  BENCH_NOINLINE static stream triple(stream source) {
    BENCH_FOR_EACH(item, source) { co_yield int(*item * 3); }
  }
  BENCH_NOINLINE static task sum_of_pipe(int items) {
    bench::result sum = 0;
    stream source = triple(even(iota(items)));
    BENCH_FOR_EACH(item, source) {
      sum += unsigned(*item);
      bench::use(sum);
    }
    co_return sum;
  }
  static bench::result pipe(int items) { return bench::drive(sum_of_pipe(items)); }

  /// A generator for each item.
  BENCH_NOINLINE static stream one(int item) { co_yield item; }
  BENCH_NOINLINE static task sum_of_ones(int items) {
    bench::result sum = 0;
    for (int i = 0; i < items; ++i) {
      stream source = one(i);
      BENCH_FOR_EACH(item, source) {
        sum += unsigned(*item);
        bench::use(sum);
      }
    }
    co_return sum;
  }
  static bench::result create(int items) { return bench::drive(sum_of_ones(items)); }

  /// Generators that yield again what a generator inside them yields, ten deep.
  BENCH_NOINLINE static stream nested(int depth, int items) {
    if (depth == 0) {
      for (int i = 0; i < items; ++i)
        co_yield i;
    } else {
      stream inner = nested(depth - 1, items);
      BENCH_FOR_EACH(item, inner) { co_yield int(*item); }
    }
  }
  BENCH_NOINLINE static task sum_of_chain(int items) {
    bench::result sum = 0;
    stream source = nested(10, items);
    BENCH_FOR_EACH(item, source) {
      sum += unsigned(*item);
      bench::use(sum);
    }
    co_return sum;
  }
  static bench::result chain(int items) { return bench::drive(sum_of_chain(items)); }

  /// The in-order walk of a full binary tree with ten levels, a generator for each node.
  BENCH_NOINLINE static stream walk(int depth, int base) {
    if (depth > 0) {
      {
        stream left = walk(depth - 1, base);
        BENCH_FOR_EACH(item, left) { co_yield int(*item); }
      }
      co_yield base + depth;
      {
        stream right = walk(depth - 1, base + 1);
        BENCH_FOR_EACH(item, right) { co_yield int(*item); }
      }
    }
  }
  BENCH_NOINLINE static task sum_of_trees(int items) {
    bench::result sum = 0;
    for (int i = 0; i < items / 1023; ++i) {
      stream source = walk(10, i);
      BENCH_FOR_EACH(item, source) {
        sum += unsigned(*item);
        bench::use(sum);
      }
    }
    co_return sum;
  }
  static bench::result tree(int items) { return bench::drive(sum_of_trees(items)); }

  /// Heap bytes of generators that have yielded one item each.
  BENCH_NOINLINE static task heap_of_live(int count) {
    std::vector<stream> live;
    live.reserve(std::size_t(count));
    std::size_t before = bench::heap_in_use();
    for (int i = 0; i < count; ++i)
      live.push_back(iota(3));
    bench::result sum = 0;
    for (stream &source : live) {
      BENCH_FOR_EACH(item, source) {
        sum += unsigned(*item);
        bench::use(sum);
        break;
      }
    }
    co_return bench::heap_in_use() - before;
  }
  static bench::result memory(int count) { return bench::drive(heap_of_live(count)); }

  /// Registers them. \param flat_name, nested_name may be different, or null: not registered.
  static void add(const char *flat_name, const char *nested_name) {
    using bench::registration;
    if (flat_name) {
      registration("ready", flat_name, ready, bench::items::ready);
      registration("create", flat_name, create, bench::items::create);
      registration("memory", flat_name, memory, bench::items::live);
    }
    if (nested_name) {
      registration("pipe", nested_name, pipe, bench::items::ready);
      registration("chain", nested_name, chain, bench::items::chain);
      registration("tree", nested_name, tree, bench::items::tree);
    }
  }
  static void add_hop(const char *name) { bench::registration("hop", name, hop, bench::items::hop); }
};

} // namespace
