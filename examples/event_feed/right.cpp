// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A subscription to a line-based event feed: it can end by the server's word, by the consumer leaving, also
// while it waits, or by an error, and these are told apart. Past events are replayed from files, which a
// thread pool reads.

#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/offload_stream.h"
#include "asynciter/take.h"
#include "asynciter/task.h"
#include "asynciter/when_all.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/thread_pool.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

struct event {
  std::string kind;
  std::string text;
};

event parse_event(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos)
    throw std::runtime_error("not an event: " + std::string(line));
  return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

// Ends when the server says so. A connection that is closed before that is an error, not an end.
async_generator<event> subscribe(tcp::endpoint server, std::string topic) {
  tcp::socket socket(current_executor());
  co_await socket.async_connect(server, use_await);
  const std::string request = "subscribe " + topic + "\n";
  co_await asio::async_write(socket, asio::buffer(request), use_await);

  std::string received;
  for (;;) {
    const std::size_t size =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(received), '\n', use_await);
    const std::string line = received.substr(0, size - 1);
    received.erase(0, size);
    if (line == "end")
      co_return;
    if (!line.starts_with(':'))
      co_yield parse_event(line);
  }
}

std::vector<std::filesystem::path> sorted_files(const std::filesystem::path &directory) {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(directory))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<event> read_events(const std::filesystem::path &path) {
  std::vector<event> events;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    events.push_back(parse_event(line));
  return events;
}

// Directories and files block whoever reads them. This range is lazy: a thread of the pool does all of it, a
// little ahead of the consumer.
auto replay(asio::thread_pool &pool, std::filesystem::path directory) {
  return offload_stream(pool, std::views::single(std::move(directory)) | std::views::transform(sorted_files) |
                                  std::views::join | std::views::transform(read_events) | std::views::join);
}

void print(const event &item) { std::cout << item.kind << ": " << item.text << '\n'; }

// A connection that is lost is an error, not an end.
task<> print_traffic(tcp::endpoint server) {
  try {
    co_await for_each(subscribe(server, "traffic"), print);
    std::cout << "end of traffic\n";
  } catch (const system_error &error) {
    std::cout << "lost: " << (error.code() == asio::error::eof ? "the server hung up" : error.what()) << '\n';
  }
}

// Ends without an error when `leave` is asked to stop, also while it waits for the next event.
task<> watch_quakes(tcp::endpoint server, std::stop_token leave, async_semaphore &seen) {
  ASYNCITER_FOR(const event &item, subscribe(server, "quakes") | take_until(leave)) {
    print(item);
    seen.release();
  }
  std::cout << "left\n";
}

task<> leave_after(async_semaphore &seen, std::stop_source leave) {
  co_await seen.acquire();
  co_await sleep_for(2ms);
  leave.request_stop();
}

task<> show_feed(asio::thread_pool &pool, std::filesystem::path history) {
  tcp::acceptor acceptor(current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  spawn(current_executor(), feed_server::serve(std::move(acceptor)));

  std::cout << "past:\n";
  co_await for_each(replay(pool, history), print);
  std::cout << "news:\n";
  co_await for_each(subscribe(server, "news"), print);
  std::cout << "end of news\n";

  // This feed has no end. `first` leaves the stream at the item that it wants, which hangs up.
  auto is_warm = [](const event &weather) { return weather.text == "21"; };
  auto warm = co_await (subscribe(server, "weather") | filter(is_warm) | first);
  if (warm)
    std::cout << warm->text << ' ' << warm->kind << '\n';

  co_await print_traffic(server);

  std::stop_source leave;
  async_semaphore seen(0);
  co_await when_all(watch_quakes(server, leave.get_token(), seen), leave_after(seen, leave));
}

/// A directory with two files of past events, removed again with the object.
class example_history {
public:
  example_history() {
    std::filesystem::create_directory(path_);
    std::ofstream(path_ / "1") << "start server\nlogin eve\n";
    std::ofstream(path_ / "2") << "logout eve\n";
  }
  example_history(const example_history &) = delete;
  example_history &operator=(const example_history &) = delete;
  ~example_history() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path &path() const { return path_; }

private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("event_feed." + std::to_string(std::random_device()()));
};

} // namespace

int main() {
  const example_history history;
  asio::thread_pool pool(1);
  run(show_feed(pool, history.path()));
}
