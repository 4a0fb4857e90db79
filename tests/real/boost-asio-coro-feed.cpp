// REQUIRES: boost-asio
// RUN: %verify %s
//
// A market data feed in experimental::coro: a generator of packets, a generator
// of quotes on top of it, a generator that is fed with what it shall compute,
// and consumers in coro and in awaitable.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/co_spawn.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/use_coro.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <future>
#include <iostream>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using asio::experimental::coro;
using asio::experimental::task;
using asio::experimental::use_coro;
using asio::ip::udp;
using namespace std::chrono_literals;

namespace {

struct quote {
  std::string symbol;
  double price = 0;
};

std::optional<quote> parse(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos)
    return std::nullopt;
  quote parsed{std::string(line.substr(0, space))};
  const auto number = line.substr(space + 1);
  if (std::from_chars(number.data(), number.data() + number.size(), parsed.price).ec != std::errc())
    return std::nullopt;
  return parsed;
}

// A packet after the other; an empty one is the feed's end.
coro<std::string> packets(udp::socket socket) {
  std::string buffer(1500, '\0');
  udp::endpoint from;
  for (;;) {
    const std::size_t size = co_await socket.async_receive_from(asio::buffer(buffer), from, asio::deferred);
    if (size == 0)
      co_return;
    co_yield buffer.substr(0, size);
  }
}

coro<quote> quotes(udp::socket socket) {
  auto source = packets(std::move(socket));
  while (auto packet = co_await source) {
    std::string_view rest = *packet;
    while (!rest.empty()) {
      const auto length = std::min(rest.find('\n'), rest.size() - 1) + 1;
      if (auto parsed = parse(rest.substr(0, length)))
        co_yield std::move(*parsed);
      rest.remove_prefix(length);
    }
  }
}

// Gives the mean of what it was handed so far.
coro<double(double)> running_mean(asio::any_io_executor) {
  double sum = 0, mean = 0;
  for (int count = 1;; ++count) {
    sum += co_yield mean;
    mean = sum / count;
  }
}

// A recorded session, at the speed of its recording.
coro<quote> replay(asio::any_io_executor, std::vector<quote> recorded, std::chrono::milliseconds pause) {
  for (auto &one : recorded) {
    std::this_thread::sleep_for(pause); // expected-warning {{`replay` blocks the event loop between items: it calls `std::this_thread::sleep_for`}} expected-note {{instead}}
    co_yield std::move(one);
  }
}

coro<quote> calm_replay(asio::any_io_executor executor, std::vector<quote> recorded, std::chrono::milliseconds pause) {
  asio::steady_timer timer(executor);
  for (auto &one : recorded) {
    timer.expires_after(pause);
    co_await timer.async_wait(use_coro);
    co_yield std::move(one);
  }
}

// The first quote opens the session, all others are compared with it.
task<int> count_rises(coro<quote> source) {
  auto open = co_await source; // expected-note {{the step is here}}
  std::cout << "opens at " << open->price << '\n'; // expected-warning {{`open` is read without a test for end}}
  int rises = 0;
  while (auto next = co_await source)
    rises += next->price > open->price;
  co_return rises;
}

struct book {
  coro<quote> bids, asks;
};

task<double> spread(asio::any_io_executor, book both) {
  double widest = 0;
  while (auto bid = co_await both.bids) {
    auto ask = co_await both.asks; // expected-note {{the step is here}}
    widest = std::max(widest, ask->price - bid->price); // expected-warning {{`ask` is read}}
  }
  co_return widest;
}

task<double> careful_spread(asio::any_io_executor, book both) {
  double widest = 0;
  for (;;) {
    const auto bid = co_await both.bids;
    if (!bid)
      break;
    const auto ask = co_await both.asks;
    if (!ask)
      break;
    widest = std::max(widest, ask->price - bid->price);
  }
  co_return widest;
}

task<double> mean(coro<quote> source) {
  auto average = running_mean(source.get_executor());
  double last = 0;
  while (auto one = co_await source)
    if (auto current = co_await average(one->price)) // always: it has no end
      last = *current;
  co_return last;
}

// Consumers in awaitable step with async_resume.
asio::awaitable<void> print(coro<quote> source) {
  source.async_resume(asio::use_awaitable); // expected-warning {{`async_resume` is called but never awaited}}
  while (auto one = co_await source.async_resume(asio::use_awaitable))
    std::cout << one->symbol << ' ' << one->price << std::endl;
}

asio::awaitable<void> print_first(coro<quote> source) {
  auto first = co_await source.async_resume(asio::use_awaitable); // expected-note {{the step is here}}
  std::printf("%s\n", first->symbol.c_str());                     // expected-warning {{`first` is read}}
  if (source) {
    auto second = co_await source.async_resume(asio::use_awaitable);
    std::printf("%s\n", second ? second->symbol.c_str() : "that was all");
  }
}

// Rewinds the recording before the live feed is printed: so it was meant.
asio::awaitable<void> rehearse(asio::any_io_executor executor, std::vector<quote> recorded, udp::socket live) {
  calm_replay(executor, recorded, 0ms); // expected-warning {{the stream that `calm_replay` creates is never iterated}}
  auto warm_up = replay(executor, std::move(recorded), 0ms);
  auto unused = quotes(udp::socket(executor)); // expected-warning {{the stream that `quotes` creates is never iterated}}
  co_await print(std::move(warm_up));
  co_await print(quotes(std::move(live)));
}

} // namespace

int main() {
  asio::io_context io;
  const std::vector<quote> recorded = {{"ABC", 10.5}, {"ABC", 10.7}, {"XYZ", 3.25}};
  const auto executor = io.get_executor();

  auto rises = count_rises(calm_replay(executor, recorded, 1ms));
  asio::experimental::co_spawn(std::move(rises), [](std::exception_ptr, int count) { std::cout << count << '\n'; });
  asio::experimental::co_spawn(spread(executor, book{replay(executor, recorded, 0ms), replay(executor, recorded, 0ms)}),
                               asio::detached);
  asio::experimental::co_spawn(
      careful_spread(executor, book{calm_replay(executor, recorded, 0ms), calm_replay(executor, recorded, 0ms)}),
      asio::detached);
  auto averages = mean(calm_replay(executor, recorded, 1ms));
  averages.async_resume([](std::exception_ptr, double average) { std::cout << average << '\n'; });

  asio::co_spawn(io, print(calm_replay(executor, recorded, 1ms)), asio::detached);
  asio::co_spawn(io, print_first(calm_replay(executor, recorded, 1ms)), asio::detached);
  asio::co_spawn(io, rehearse(executor, recorded, udp::socket(executor, {udp::v4(), 0})), asio::detached);
  io.run();

  // Here nothing else runs on this thread.
  std::future<void> done = asio::co_spawn(io, print(calm_replay(executor, recorded, 1ms)), asio::use_future);
  io.restart();
  io.run();
  done.get();
}
