// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bench_time: Google Benchmark's command line over all cases, which are named scenario/contestant.
#include "registry.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

bench::allocation_count bench::allocated() noexcept { return {}; }

int main(int argc, char **argv) {
  for (const bench::benchmark_case &one : bench::cases()) {
    if (std::string(one.scenario) == "memory")
      continue;
    std::string name = std::string(one.scenario) + "/" + one.contestant;
    benchmark::RegisterBenchmark(name.c_str(), [one](benchmark::State &state) {
      for (auto _ : state)
        benchmark::DoNotOptimize(one.run(one.items));
      state.SetItemsProcessed(state.iterations() * std::int64_t(one.items));
    });
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
