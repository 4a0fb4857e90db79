// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// T, the textbook async generator.
#define BENCH_FOR_EACH(item, stream) while (auto *item = co_await (stream).next())

#include "registry.h"
#include "scenarios.h"
#include "textbook.h"

namespace {

struct library {
  using stream = textbook::async_generator<int>;
  using task = textbook::task<bench::result>;
};

[[maybe_unused]] const bool added = [] {
  scenarios<library>::add("T", "T");
  scenarios<library>::add_hop("T");
  return true;
}();

} // namespace
