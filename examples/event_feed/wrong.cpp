// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A subscription to a line-based event feed: a thread receives the lines and hands them to coroutines through
// a queue. Usage: wrong <host> <port> <directory of past events>

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <asio/ip/tcp.hpp>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace {

/// A queue between threads, and a range: the loop over it ends when the queue is closed and empty.
class line_queue {
public:
  class iterator {
  public:
    explicit iterator(line_queue &queue) : queue_(&queue), line_(queue.pop()) {}
    const std::string &operator*() const { return *line_; }
    iterator &operator++() {
      line_ = queue_->pop();
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return !line_; }

  private:
    line_queue *queue_;
    std::optional<std::string> line_;
  };

  iterator begin() { return iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

  void push(std::string line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_one();
  }

  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_one();
  }

  std::optional<std::string> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !lines_.empty(); });
    if (lines_.empty())
      return std::nullopt;
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  bool closed_ = false;
};

asynciter::async_generator<std::string> subscribe(std::string host, std::string port, std::string topic) {
  line_queue queue;
  std::jthread receiver([&] {
    asio::ip::tcp::iostream server(host, port);
    server << "subscribe " << topic << std::endl;
    for (std::string line; std::getline(server, line) && line != "end";)
      queue.push(line);
    queue.close();
  });

  for (const std::string &line : queue)
    if (!line.starts_with(':'))
      co_yield line;
}

asynciter::async_generator<std::string> replay(std::filesystem::path directory) {
  for (const auto &entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream file(entry.path());
    std::string line;
    while (std::getline(file, line))
      co_yield line;
  }
}

asynciter::task<void> print_feed(std::string host, std::string port, std::filesystem::path past) {
  auto history = replay(past);
  while (auto line = co_await history.next())
    std::cout << "past: " << *line << '\n';

  auto news = subscribe(host, port, "news");
  auto first = co_await news.next();
  std::cout << "since: " << first->substr(0, first->find(' ')) << '\n';
  while (auto line = co_await news.next())
    std::cout << "news: " << *line << '\n';

  subscribe(host, port, "audit"); // the server records who has subscribed to it
}

asynciter::task<void> watch(line_queue &commands, std::string host, std::string port) {
  auto next_command = [&commands] { return commands.pop().value_or("quit"); };
  auto weather = subscribe(host, port, "weather");
  while (next_command() != "quit") {
    auto line = co_await weather.next();
    std::cout << *line << '\n';
  }
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  line_queue commands;
  std::jthread keyboard([&] {
    for (std::string line; std::getline(std::cin, line);)
      commands.push(line);
    commands.close();
  });
  asynciter::run(print_feed(argv[1], argv[2], argv[3]));
  asynciter::run(watch(commands, argv[1], argv[2]));
}
