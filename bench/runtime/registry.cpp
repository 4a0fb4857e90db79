// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "registry.h"

#include <malloc.h>

namespace bench {

std::vector<benchmark_case> &cases() {
  static std::vector<benchmark_case> all;
  return all;
}

std::size_t heap_in_use() noexcept {
  struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

} // namespace bench
