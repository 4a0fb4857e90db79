// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Jobs that run at their time, from one coroutine with one timer.
#include "shared/log.h"
#include "shared/net.h"

#include <functional>
#include <queue>
#include <vector>

using namespace app;
using namespace std::chrono_literals;

namespace {

const logger out("wheel");

struct job {
  clock::time_point due;
  std::string name;
  std::function<void()> action;
  clock::duration period{};

  bool operator<(const job &other) const { return due > other.due; }
};

class wheel {
public:
  explicit wheel(asio::io_context &io) : timer_(io) {}

  void at(clock::time_point due, std::string name, std::function<void()> action) {
    add({due, std::move(name), std::move(action)});
  }
  void every(clock::duration period, std::string name, std::function<void()> action) {
    add({clock::now() + period, std::move(name), std::move(action), period});
  }
  void stop() {
    stopped_ = true;
    timer_.cancel();
  }

  awaitable<void> run() {
    while (!stopped_) {
      timer_.expires_at(jobs_.empty() ? clock::time_point::max() : jobs_.top().due);
      error_code error;
      co_await timer_.async_wait(asio::redirect_error(use_awaitable, error));
      while (!stopped_ && !jobs_.empty() && jobs_.top().due <= clock::now())
        run_first();
    }
    out.info(done_, " jobs done, ", jobs_.size(), " left");
  }

private:
  void add(job one) {
    const bool is_first = jobs_.empty() || one.due < jobs_.top().due;
    jobs_.push(std::move(one));
    if (is_first)
      timer_.cancel();
  }

  void run_first() {
    job first = jobs_.top();
    jobs_.pop();
    const auto late = clock::now() - first.due;
    if (late > 50ms)
      out.warn(first.name, " is late by ",
               std::chrono::duration_cast<std::chrono::milliseconds>(late).count(), " ms");
    first.action();
    ++done_;
    if (first.period != clock::duration::zero()) {
      first.due += first.period;
      jobs_.push(std::move(first));
    }
  }

  asio::steady_timer timer_;
  std::priority_queue<job> jobs_;
  std::size_t done_ = 0;
  bool stopped_ = false;
};

} // namespace

int main() {
  asio::io_context io;
  wheel all(io);
  int ticks = 0;
  all.every(100ms, "tick", [&] { out.info("tick ", ++ticks); });
  all.every(250ms, "slow tick", [&] { out.info("slow tick"); });
  all.at(clock::now() + 1s, "greeting", [] { out.info("a second is over"); });
  all.at(clock::now() + 2s, "end", [&] { all.stop(); });
  asio::co_spawn(io, all.run(), telling(out));
  io.run();
}
