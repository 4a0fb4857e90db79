// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fast producer and a slow consumer, coupled by a bounded queue that was written for threads.
// Usage: wrong <sensor's address> <port>

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <future>
#include <iostream>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>

using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

class bounded_queue {
public:
  explicit bounded_queue(std::size_t capacity) : capacity_(capacity) {}

  void push(int reading) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return readings_.size() < capacity_; });
    readings_.push(reading);
    changed_.notify_all();
  }

  int pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !readings_.empty(); });
    const int reading = readings_.front();
    readings_.pop();
    changed_.notify_all();
    return reading;
  }

private:
  std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<int> readings_;
};

/// A reading and what the laboratory makes of it, on a thread of its own.
class calibrated {
public:
  explicit calibrated(int reading) : value_(compute(reading)) {}
  int value() const { return value_; }

private:
  static int compute(int reading) {
    auto result = std::async(std::launch::async, [reading] { return reading * 3 / 2; });
    return result.get();
  }

  int value_;
};

asynciter::async_generator<int> readings(std::string address, unsigned short port) {
  tcp::socket socket(asynciter::current_executor());
  socket.connect({asio::ip::make_address(address), port});
  std::string received;
  asio::error_code error;
  while (const std::size_t size = asio::read_until(socket, asio::dynamic_buffer(received), '\n', error)) {
    co_yield std::stoi(received);
    received.erase(0, size);
  }
}

// Yields how many readings it has put into the queue.
asynciter::async_generator<int> produce(bounded_queue &queue, std::string address, unsigned short port) {
  auto throttle = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); };
  auto stream = readings(address, port);
  int count = 0;
  while (auto reading = co_await stream.next()) {
    queue.push(*reading);
    throttle(5ms);
    co_yield ++count;
  }
}

asynciter::task<int> consume(bounded_queue &queue, int wanted) {
  int sum = 0;
  for (int i = 0; i < wanted; ++i)
    sum += calibrated(queue.pop()).value();
  co_return sum;
}

asynciter::task<void> measure(std::string address, unsigned short port) {
  bounded_queue queue(4);
  produce(queue, address, port);
  std::cout << "sum: " << co_await consume(queue, 10) << '\n';

  auto live = readings(address, port);
  live.next(); // the sensor's first reading is always off
  auto highest = co_await live.next();
  for (int i = 0; i < 10; ++i) {
    auto reading = co_await live.next();
    if (*reading > *highest)
      highest = reading;
  }
  std::cout << "highest: " << *highest << '\n';
  std::system("logger measured");
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  asynciter::run(measure(argv[1], static_cast<unsigned short>(std::stoi(argv[2]))));
}
