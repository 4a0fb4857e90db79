// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cases that both programs know: bench_time measures how long they take, bench_count what they cost
// otherwise (instructions under callgrind, allocations, memory).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#define BENCH_NOINLINE [[gnu::noinline]]

namespace bench {

/// What a case returns: for the scenarios that run, a checksum that is the same for all contestants; for
/// those that measure memory, bytes.
using result = std::uint64_t;

/// One contestant in one scenario.
struct benchmark_case {
  const char *scenario;
  const char *contestant;
  result (*run)(int items);
  int items; // in a timed call
};

/// All cases of this program, in no particular order.
std::vector<benchmark_case> &cases();

/// A namespace-scope variable of this type adds a case.
struct registration {
  registration(const char *scenario, const char *contestant, result (*run)(int items), int items) {
    cases().push_back({scenario, contestant, run, items});
  }
};

/// How many items a timed call handles, by scenario. All are multiples of the 1023 nodes of a tree of depth
/// 10 where that matters, and small enough that a call takes well under a millisecond.
namespace items {
inline constexpr int ready = 1 << 14;
inline constexpr int hop = 1 << 12;
inline constexpr int create = 1 << 12;
inline constexpr int chain = 1 << 12;
inline constexpr int tree = 1023 * 4;
inline constexpr int deep = 1 << 18; // enough for the creation of 1,000 generators not to count
inline constexpr int live = 1 << 14;
} // namespace items

/// Uses a sum in a way that the compiler cannot see through, at no instruction: no loop becomes a formula or
/// a vector operation.
inline void use(result &sum) { asm volatile("" : "+r"(sum)); }

/// Calls of `operator new` and bytes asked of it so far. Zero in bench_time.
struct allocation_count {
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
};
allocation_count allocated() noexcept;

/// Bytes of the heap that are in use, with what the allocator adds to each block.
std::size_t heap_in_use() noexcept;

} // namespace bench
