// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A hand-written async stream with next(), and sensors that are read through it.
#include "shared/log.h"
#include "shared/task.h"

#include <cmath>
#include <memory>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

const app::logger out("sensors");

struct reading {
  app::loop::time at;
  double value;
};

/// Readings of a sensor until it is switched off.
class sensor {
public:
  sensor(app::loop &on, std::string name, double phase, app::loop::time period, int count)
      : on_(on), name_(std::move(name)), phase_(phase), period_(period), left_(count) {}

  app::task<std::optional<reading>> next() {
    if (left_ == 0)
      co_return std::nullopt;
    --left_;
    co_await on_.after(period_);
    const double seconds = std::chrono::duration<double>(on_.now()).count();
    co_return reading{on_.now(), 20 + 5 * std::sin(seconds * std::numbers::pi / 6 + phase_)};
  }

  const std::string &name() const { return name_; }

private:
  app::loop &on_;
  std::string name_;
  double phase_;
  app::loop::time period_;
  int left_;
};

class smoother {
public:
  explicit smoother(double weight) : weight_(weight) {}
  double add(double value) {
    mean_ = mean_ ? *mean_ * (1 - weight_) + value * weight_ : value;
    return *mean_;
  }

private:
  double weight_;
  std::optional<double> mean_;
};

struct summary {
  double least = INFINITY, most = -INFINITY, last = NAN;
  int count = 0;
};

app::task<summary> watch(sensor &from) {
  summary result;
  smoother mean(0.2);
  // The first one is always wrong.
  co_await from.next();
  while (const auto one = co_await from.next()) {
    result.last = mean.add(one->value);
    result.least = std::min(result.least, one->value);
    result.most = std::max(result.most, one->value);
    ++result.count;
  }
  co_return result;
}

app::task<> report(sensor &from) {
  const summary found = co_await watch(from);
  out.info(from.name(), ": ", found.count, " readings from ", found.least, " to ", found.most, ", at last ",
           found.last);
}

} // namespace

int main() {
  app::loop time;
  std::vector<std::unique_ptr<sensor>> all;
  all.push_back(std::make_unique<sensor>(time, "roof", 0, 500ms, 40));
  all.push_back(std::make_unique<sensor>(time, "cellar", 2, 700ms, 30));
  all.push_back(std::make_unique<sensor>(time, "garden", 4, 1100ms, 20));
  std::vector<app::task<>> running;
  for (const auto &each : all) {
    running.push_back(report(*each));
    running.back().start();
  }
  time.run();
}
