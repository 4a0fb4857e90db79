// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bank with customers and counters as a simulation: each is a task on a loop whose time jumps.
#include "shared/log.h"
#include "shared/task.h"

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

using namespace std::chrono_literals;

namespace {

const app::logger out("bank");

/// Counters that are lent, first come, first served.
class counters {
public:
  explicit counters(int how_many) : free_(how_many) {}

  auto acquire() {
    struct awaiter {
      counters &of;
      bool await_ready() const {
        if (of.free_ == 0)
          return false;
        --of.free_;
        return true;
      }
      void await_suspend(std::coroutine_handle<> who) const { of.line_.push_back(who); }
      void await_resume() const {}
    };
    longest_ = std::max(longest_, line_.size());
    return awaiter{*this};
  }

  void release() {
    if (line_.empty()) {
      ++free_;
      return;
    }
    const auto first = line_.front();
    line_.pop_front();
    first.resume();
  }

  std::size_t longest() const { return longest_; }

private:
  int free_;
  std::deque<std::coroutine_handle<>> line_;
  std::size_t longest_ = 0;
};

struct day {
  app::loop time;
  counters desks;
  std::mt19937 random{17};
  app::loop::time waited{0}, longest{0};
  int served = 0;

  app::loop::time between(int least, int most) {
    return app::loop::time(std::uniform_int_distribution<int>(least, most)(random));
  }
};

app::task<> serve(day &today) { co_await today.time.after(today.between(60'000, 600'000)); }

app::task<> customer(day &today, app::loop::time arrival) {
  co_await today.time.after(arrival);
  const auto came = today.time.now();
  co_await today.desks.acquire();
  const auto waited = today.time.now() - came;
  today.waited += waited;
  today.longest = std::max(today.longest, waited);
  co_await serve(today);
  ++today.served;
  today.desks.release();
}

void simulate(int desks, int customers) {
  day today{{}, counters(desks)};
  std::vector<app::task<>> all;
  app::loop::time arrival = 0ms;
  for (int each = 0; each != customers; ++each) {
    arrival += today.between(10'000, 200'000);
    all.push_back(customer(today, arrival));
    all.back().start();
  }
  today.time.run();
  const auto seconds = [](auto time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
  };
  out.info(desks, " desks: ", today.served, " served, the longest line was ", today.desks.longest(),
           ", waited ", seconds(today.waited) / customers, " s, at most ", seconds(today.longest), " s");
}

} // namespace

int main() {
  for (const int desks : {1, 2, 3, 4, 6})
    simulate(desks, 200);
}
