// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ours: async_generator, stepped in a task or by for_each. Nothing but the public interface, as a user writes
// it.
#define BENCH_FOR_EACH(item, stream) while (auto item = co_await (stream).next())

#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"
#include "asynciter/task.h"
#include "registry.h"
#include "scenarios.h"

namespace {

struct library {
  using stream = asynciter::async_generator<int>;
  using task = asynciter::task<bench::result>;
};

BENCH_NOINLINE library::task visit(int items) {
  bench::result sum = 0;
  library::stream source = scenarios<library>::iota(items);
  auto body = [&sum](int item) {
    sum += unsigned(item);
    bench::use(sum);
  };
  co_await asynciter::for_each(source, body);
  co_return sum;
}

bench::result for_each(int items) { return bench::drive(visit(items)); }

[[maybe_unused]] const bool added = [] {
  scenarios<library>::add("asynciter", "asynciter, nested");
  scenarios<library>::add_hop("asynciter");
  bench::registration("ready", "asynciter, for_each", for_each, bench::items::ready);
  return true;
}();

} // namespace
