// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fast producer that waits for slow consumers. The producer runs ahead, so that they seldom wait, but never
// further than the channel's capacity: the rest waits in the connection, and at last in the sensor itself.

#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/buffer.h"
#include "asynciter/channel.h"
#include "asynciter/chunk.h"
#include "asynciter/for_each.h"
#include "asynciter/task.h"
#include "asynciter/transform.h"
#include "asynciter/when_all.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

async_generator<int> readings(tcp::endpoint sensor) {
  tcp::socket socket(current_executor());
  co_await socket.async_connect(sensor, use_await);
  std::string received;
  for (;;) {
    auto [error, size] =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(received), '\n', use_await_tuple);
    if (error == asio::error::eof)
      co_return;
    if (error)
      throw system_error(error);
    const int reading = std::stoi(received);
    received.erase(0, size);
    co_yield reading;
  }
}

// Gives how many readings waited at most. Leaves the sensor when the channel has been closed by a consumer.
task<std::size_t> produce(channel<int> &to, tcp::endpoint sensor) {
  std::size_t most_waiting = 0;
  ASYNCITER_FOR(int reading, readings(sensor)) {
    if (!co_await to.send(reading))
      break;
    most_waiting = std::max(most_waiting, to.size());
  }
  to.close();
  co_return most_waiting;
}

struct total {
  int count = 0;
  long sum = 0;
};

task<total> consume(channel<int> &from) {
  total result;
  ASYNCITER_FOR(int reading, from) {
    ++result.count;
    result.sum += reading;
    if (result.count % 10 == 0)
      co_await sleep_for(2ms); // something slow
  }
  co_return result;
}

// Two consumers share the readings. If one of the three failed, the others would be stopped, and none
// outlives the channel.
task<> consume_all(tcp::endpoint sensor) {
  channel<int> waiting(4);
  auto [most, one, other] = co_await when_all(produce(waiting, sensor), consume(waiting), consume(waiting));
  std::cout << one.count + other.count << " readings, sum " << one.sum + other.sum << ", "
            << (most <= waiting.capacity() ? "never" : "at times") << " more than 4 waiting\n";
}

task<> print_some(channel<int> &from, int wanted) {
  ASYNCITER_FOR(int reading, from) {
    std::cout << "reading " << reading << '\n';
    if (--wanted == 0)
      break;
  }
  from.close(); // the producer's next send says so
}

task<> consume_some(tcp::endpoint sensor) {
  channel<int> waiting(4);
  co_await when_all(produce(waiting, sensor), print_some(waiting, 3));
}

// With one consumer, `buffer` is the same in a word: the sensor is read ahead while a mean is being stored.
task<> consume_means(tcp::endpoint sensor) {
  auto mean = [](const std::vector<int> &some) {
    return std::accumulate(some.begin(), some.end(), 0.0) / static_cast<double>(some.size());
  };
  auto store = [](double mean) -> task<> {
    co_await sleep_for(1ms);
    std::cout << "mean " << mean << '\n';
  };
  co_await for_each(readings(sensor) | buffer(4) | chunk(25) | transform(mean), store);
}

task<> show_backpressure() {
  tcp::acceptor acceptor(current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint sensor = acceptor.local_endpoint();
  spawn(current_executor(), sensor::serve(std::move(acceptor), 100));

  co_await consume_all(sensor);
  co_await consume_some(sensor);
  co_await consume_means(sensor);
}

} // namespace

int main() { run(show_backpressure()); }
