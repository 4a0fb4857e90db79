// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bench_count: the cases once more, for what a clock does not show.
//
//     bench_count list              names of all cases
//     bench_count run CASE ITEMS    one call; under callgrind, the slope over ITEMS is instructions an item
//     bench_count sums              checksums: contestants of a scenario must agree
//     bench_count allocations       calls of operator new an item, and bytes asked of it
//     bench_count memory            heap bytes a live generator, and bytes asked of operator new
#include "registry.h"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

namespace {

bench::allocation_count counted;

std::string name(const bench::benchmark_case &one) {
  return std::string(one.scenario) + "/" + one.contestant;
}

bool is_memory(const bench::benchmark_case &one) { return std::string(one.scenario) == "memory"; }

/// The slope between two sizes, so that what a call costs once does not count.
void print_allocations(const bench::benchmark_case &one) {
  constexpr int small = 1023, large = 1023 * 3;
  one.run(large); // fills what caches there are
  bench::allocation_count before = counted;
  one.run(small);
  bench::allocation_count between = counted;
  one.run(large);
  bench::allocation_count after = counted;
  auto slope = [](std::uint64_t first, std::uint64_t second, std::uint64_t third) {
    return (double(third - second) - double(second - first)) / (large - small);
  };
  std::printf("%s\t%.4f\t%.4f\n", name(one).c_str(), slope(before.calls, between.calls, after.calls),
              slope(before.bytes, between.bytes, after.bytes));
}

void print_memory(const bench::benchmark_case &one) {
  bench::allocation_count before = counted;
  double heap = double(one.run(one.items)) / one.items;
  std::uint64_t vector_of_handles = std::uint64_t(one.items) * sizeof(void *);
  double asked = double(counted.bytes - before.bytes - vector_of_handles) / one.items;
  std::printf("%s\t%.2f\t%.2f\n", name(one).c_str(), heap, asked);
}

} // namespace

bench::allocation_count bench::allocated() noexcept { return counted; }

void *operator new(std::size_t size) {
  ++counted.calls;
  counted.bytes += size;
  if (void *block = std::malloc(size))
    return block;
  throw std::bad_alloc();
}
void operator delete(void *block) noexcept { std::free(block); }
void operator delete(void *block, std::size_t) noexcept { std::free(block); }

int main(int argc, char **argv) {
  std::string command = argc > 1 ? argv[1] : "";
  if (command == "run" && argc == 4) {
    for (const bench::benchmark_case &one : bench::cases())
      if (name(one) == argv[2]) {
        std::printf("%llu\n", static_cast<unsigned long long>(one.run(std::atoi(argv[3]))));
        return 0;
      }
    std::fprintf(stderr, "bench_count: there is no case %s\n", argv[2]);
    return 2;
  }
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_count list | sums | allocations | memory | run CASE ITEMS\n");
    return 2;
  }
  for (const bench::benchmark_case &one : bench::cases()) {
    if (command == "list")
      std::printf("%s\n", name(one).c_str());
    else if (command == "sums" && !is_memory(one))
      std::printf("%s\t%llu\n", name(one).c_str(), static_cast<unsigned long long>(one.run(1023 * 2)));
    else if (command == "allocations" && !is_memory(one))
      print_allocations(one);
    else if (command == "memory" && is_memory(one))
      print_memory(one);
  }
}
