// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sorted runs are merged to one sorted stream, duplicates go, and groups are counted; on the runtime's
// generators.
#include "shared/log.h"

#include <asynciter/async_generator.h>
#include <asynciter/sync_wait.h>
#include <asynciter/task.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;

namespace {

const app::logger out("merge");

struct event {
  std::int64_t at = 0;
  int source = 0;
  std::string what;
  auto key() const { return std::pair(at, what); }
};

async_generator<event> run(int source, int count) {
  std::mt19937 random(static_cast<unsigned>(source));
  std::uniform_int_distribution<std::int64_t> gap(0, 20);
  const std::string kinds[] = {"login", "logout", "error"};
  std::int64_t now = 0;
  for (int each = 0; each != count; ++each)
    co_yield event{now += gap(random), source, kinds[random() % 3]};
}

async_generator<event> merged(std::vector<async_generator<event>> runs) {
  struct head {
    event first;
    std::size_t of;
    bool operator<(const head &other) const { return other.first.key() < first.key(); }
  };
  std::priority_queue<head> heads;
  for (std::size_t each = 0; each != runs.size(); ++each)
    if (auto first = co_await runs[each].next())
      heads.push({std::move(*first), each});
  while (!heads.empty()) {
    head least = heads.top();
    heads.pop();
    co_yield std::move(least.first);
    if (auto next = co_await runs[least.of].next())
      heads.push({std::move(*next), least.of});
  }
}

async_generator<event> without_duplicates(async_generator<event> from) {
  std::optional<std::pair<std::int64_t, std::string>> last;
  while (auto each = co_await from.next()) {
    if (last == each->key())
      continue;
    last = each->key();
    co_yield std::move(*each);
  }
}

struct bucket {
  std::int64_t begin = 0;
  int count = 0, errors = 0;
};

async_generator<bucket> buckets(async_generator<event> from, std::int64_t width) {
  bucket now;
  while (auto each = co_await from.next()) {
    while (each->at >= now.begin + width) {
      if (now.count)
        co_yield bucket(now);
      now = {now.begin + width, 0, 0};
    }
    ++now.count;
    now.errors += each->what == "error";
  }
  if (now.count)
    co_yield bucket(now);
}

task<> report(int sources) {
  std::vector<async_generator<event>> runs;
  for (int each = 0; each != sources; ++each)
    runs.push_back(run(each, 200));
  auto all = buckets(without_duplicates(merged(std::move(runs))), 500);
  int sum = 0;
  while (auto each = co_await all.next()) {
    sum += each->count;
    out.info(each->begin, ": ", each->count, " events, ", each->errors, " errors");
  }
  out.info(sum, " events from ", sources, " sources");
}

} // namespace

int main() {
  for (const int sources : {1, 3, 8})
    sync_wait(report(sources));
}
