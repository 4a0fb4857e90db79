// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A subscription to a line-based event feed: it can end by the server's word, by the consumer leaving, or by
// an error, and the three are told apart. Past events are replayed from files, which a thread pool reads.

#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/offload.h"
#include "asynciter/task.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/thread_pool.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
asynciter::async_generator<event> subscribe(tcp::endpoint server, std::string topic) {
  tcp::socket socket(asynciter::current_executor());
  co_await socket.async_connect(server, asynciter::use_await);
  const std::string request = "subscribe " + topic + "\n";
  co_await asio::async_write(socket, asio::buffer(request), asynciter::use_await);

  std::string received;
  for (;;) {
    const std::size_t size =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(received), '\n', asynciter::use_await);
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

// Directories and files block whoever reads them, so the pool does, a file at a time.
asynciter::async_generator<event> replay(asio::thread_pool &pool, std::filesystem::path directory) {
  const auto files = co_await asynciter::offload(pool, sorted_files, directory);
  for (const auto &path : files) {
    auto events = co_await asynciter::offload(pool, read_events, path);
    for (event &past : events)
      co_yield std::move(past);
  }
}

// Takes the stream over: whoever calls this has no more use for it.
asynciter::task<void> print(asynciter::async_generator<event> events) {
  while (auto item = co_await events.next())
    std::cout << item->kind << ": " << item->text << '\n';
}

asynciter::task<std::string> wait_for(asynciter::async_generator<event> events, std::string text) {
  while (auto item = co_await events.next())
    if (item->text == text)
      co_return item->kind;
  co_return "nothing";
}

asynciter::task<void> show_feed(asio::thread_pool &pool, std::filesystem::path history) {
  tcp::acceptor acceptor(asynciter::current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  asynciter::spawn(asynciter::current_executor(), feed_server::serve(std::move(acceptor)));

  std::cout << "past:\n";
  co_await print(replay(pool, history));
  std::cout << "news:\n";
  co_await print(subscribe(server, "news"));
  std::cout << "end of news\n";

  // This feed has no end. Destroying the stream, which happens when wait_for() returns, is the way to
  // unsubscribe.
  const std::string kind = co_await wait_for(subscribe(server, "weather"), "21");
  std::cout << "21 " << kind << '\n';
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
  asynciter::run(show_feed(pool, history.path()));
}
