// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fast producer that waits for a slow consumer. The producer runs ahead, so that the consumer seldom waits,
// but never further than the channel's capacity: the rest waits in the connection, and at last in the sensor
// itself.

#include "bounded_channel.h"
#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

using channel = bounded_channel<int>;

asynciter::async_generator<int> readings(tcp::endpoint sensor) {
  tcp::socket socket(asynciter::current_executor());
  co_await socket.async_connect(sensor, asynciter::use_await);
  std::string received;
  for (;;) {
    auto [error, size] = co_await asio::async_read_until(socket, asio::dynamic_buffer(received), '\n',
                                                         asynciter::use_await_tuple);
    if (error == asio::error::eof)
      co_return;
    if (error)
      throw asynciter::system_error(error);
    const int reading = std::stoi(received);
    received.erase(0, size);
    co_yield reading;
  }
}

// Runs beside the consumer and shares the channel with it, so neither can outlive it. However this ends, the
// consumer is told.
asynciter::task<void> produce(std::shared_ptr<channel> to, tcp::endpoint sensor) {
  try {
    auto stream = readings(sensor);
    while (auto reading = co_await stream.next())
      if (!co_await to->push(*reading))
        break;
    to->close();
  } catch (...) {
    to->close(std::current_exception());
  }
}

asynciter::task<void> consume_all(tcp::endpoint sensor) {
  auto from = std::make_shared<channel>(4);
  asynciter::spawn(asynciter::current_executor(), produce(from, sensor));

  int count = 0;
  long sum = 0;
  while (auto reading = co_await from->next()) {
    ++count;
    sum += *reading;
    if (count % 10 == 0)
      co_await asynciter::sleep_for(2ms); // something slow
  }
  std::cout << count << " readings, sum " << sum << ", at most " << from->most_waiting() << " waiting\n";
}

asynciter::task<void> consume_some(tcp::endpoint sensor) {
  auto from = std::make_shared<channel>(4);
  asynciter::spawn(asynciter::current_executor(), produce(from, sensor));

  for (int wanted = 3; wanted > 0; --wanted) {
    auto reading = co_await from->next();
    if (!reading)
      break;
    std::cout << "reading " << *reading << '\n';
  }
  from->abandon();
}

asynciter::task<void> show_backpressure() {
  tcp::acceptor acceptor(asynciter::current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint sensor = acceptor.local_endpoint();
  asynciter::spawn(asynciter::current_executor(), sensor::serve(std::move(acceptor), 100));

  co_await consume_all(sensor);
  co_await consume_some(sensor);
}

} // namespace

int main() { asynciter::run(show_backpressure()); }
