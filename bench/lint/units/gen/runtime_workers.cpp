// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Workers of the runtime on one channel. One of them keeps what it did in a journal, in the middle of
// everything: a mistake that the linter finds across files.
#include "shared/log.h"
#include "shared/storage.h"

#include <asynciter/async_mutex.h>
#include <asynciter/channel.h>
#include <asynciter/sync_wait.h>
#include <asynciter/task.h>
#include <asynciter/when_all.h>

#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;

namespace {

const app::logger out("workers");

struct job {
  int number = 0;
  double from = 0, to = 0;
};

struct result {
  int number = 0;
  double area = 0;
};

double simpson(double from, double to, double (*of)(double)) {
  const int steps = 1000;
  const double width = (to - from) / steps;
  double sum = of(from) + of(to);
  for (int each = 1; each != steps; ++each)
    sum += of(from + each * width) * (each % 2 ? 4 : 2);
  return sum * width / 3;
}

class results {
public:
  task<> add(result one) {
    auto held = co_await mutex_.lock();
    all_.emplace(one.number, one.area);
  }
  double sum() const {
    double found = 0;
    for (const auto &[number, area] : all_)
      found += area;
    return found;
  }
  std::size_t size() const { return all_.size(); }

private:
  async_mutex mutex_;
  std::map<int, double> all_;
};

task<> produce(channel<job> &to, int pieces) {
  const double width = std::numbers::pi / pieces;
  for (int number = 0; number != pieces; ++number)
    if (!co_await to.send(job{number, number * width, (number + 1) * width}))
      break;
  to.close();
}

task<> work(channel<job> &from, results &into, app::journal &history) {
  while (auto one = co_await from.next()) {
    const double area = simpson(one->from, one->to, [](double x) { return std::sin(x); });
    history.append("piece " + std::to_string(one->number));
    co_await into.add({one->number, area});
  }
}

task<double> integrate(int pieces, int workers, app::journal &history) {
  channel<job> jobs(8);
  results found;
  std::vector<task<>> all;
  all.push_back(produce(jobs, pieces));
  for (int each = 0; each != workers; ++each)
    all.push_back(work(jobs, found, history));
  co_await when_all(std::move(all));
  out.info(found.size(), " pieces by ", workers, " workers");
  co_return found.sum();
}

} // namespace

int main() {
  app::journal history("workers.log");
  for (const int pieces : {1, 10, 100})
    out.info(pieces, ": ", sync_wait(integrate(pieces, 3, history)));
}
