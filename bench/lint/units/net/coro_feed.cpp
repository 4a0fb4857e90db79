// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A feed of prices as a generator of Boost.Asio's experimental coroutines, and a moving average over it.
#include "shared/log.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/co_spawn.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/use_coro.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cmath>
#include <deque>
#include <exception>
#include <numeric>
#include <random>
#include <string>

namespace asio = boost::asio;
using asio::experimental::coro;
using asio::experimental::use_coro;
using namespace std::chrono_literals;

namespace {

const app::logger out("feed");

struct price {
  std::string symbol;
  double value = 0;
};

coro<price> prices(asio::io_context &io, std::string symbol, double start, int count) {
  std::mt19937 random(42);
  std::normal_distribution<double> change(0, 0.01);
  asio::steady_timer timer(io);
  for (double value = start; count != 0; --count) {
    timer.expires_after(20ms);
    co_await timer.async_wait(use_coro);
    value *= std::exp(change(random));
    co_yield price{symbol, value};
  }
}

class window {
public:
  explicit window(std::size_t size) : size_(size) {}
  double add(double value) {
    values_.push_back(value);
    if (values_.size() > size_)
      values_.pop_front();
    return std::accumulate(values_.begin(), values_.end(), 0.0) / static_cast<double>(values_.size());
  }

private:
  std::size_t size_;
  std::deque<double> values_;
};

coro<void() noexcept, double> watch(asio::io_context &io, std::string symbol, double start) {
  double last = start;
  auto feed = prices(io, symbol, start, 50);
  window average(10);
  while (auto next = co_await feed) {
    last = next->value;
    const double mean = average.add(last);
    if (std::abs(last / mean - 1) > 0.02)
      out.warn(next->symbol, " is at ", last, ", far from ", mean);
  }
  co_return last;
}

coro<void> watch_all(asio::io_context &io) {
  double sum = 0;
  for (const double start : {10.0, 100.0, 1000.0}) {
    const double last = co_await watch(io, "S" + std::to_string(static_cast<int>(start)), start);
    sum += last / start;
  }
  out.info("on average ", sum / 3);
}

} // namespace

int main() {
  asio::io_context io;
  auto all = watch_all(io);
  asio::experimental::co_spawn(std::move(all), [](std::exception_ptr failed) {
    if (failed)
      out.error("the feed broke");
  });
  io.run();
}
