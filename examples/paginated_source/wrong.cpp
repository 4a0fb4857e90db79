// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A paginated network source, on top of an HTTP client that was written before the program had an event loop.
// Usage: wrong <host> <port>

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <asio/buffer.hpp>
#include <asio/connect.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

class http_client {
public:
  http_client(std::string host, std::string port) : host_(std::move(host)), port_(std::move(port)) {}

  std::string get(const std::string &path) {
    tcp::socket socket = open();
    const std::string request = "GET " + path + " HTTP/1.0\r\nHost: " + host_ + "\r\n\r\n";
    asio::write(socket, asio::buffer(request));
    std::string response;
    asio::error_code closed;
    asio::read(socket, asio::dynamic_buffer(response), closed);
    return response;
  }

private:
  tcp::socket open() {
    tcp::resolver resolver(context_);
    tcp::socket socket(context_);
    asio::connect(socket, resolver.resolve(host_, port_));
    return socket;
  }

  asio::io_context context_;
  std::string host_;
  std::string port_;
};

struct page {
  std::vector<std::string> items;
  std::string next_path;
};

page parse_page(const std::string &response) {
  page result;
  std::istringstream in(response);
  std::string line;
  while (std::getline(in, line) && line != "\r")
    if (line.starts_with("Next-Page: "))
      result.next_path = line.substr(11, line.size() - 12);
  while (std::getline(in, line))
    result.items.push_back(line);
  return result;
}

void wait_before_retry(int attempt) { std::this_thread::sleep_for(100ms * attempt); }

page fetch_with_retries(http_client &client, const std::string &path) {
  for (int attempt = 1;; ++attempt) {
    try {
      return parse_page(client.get(path));
    } catch (const asio::system_error &) {
      if (attempt == 3)
        throw;
      wait_before_retry(attempt);
    }
  }
}

asynciter::async_generator<std::string> items(http_client &client, std::string path) {
  while (!path.empty()) {
    page current = fetch_with_retries(client, path);
    for (std::string &item : current.items)
      co_yield std::move(item);
    path = std::move(current.next_path);
    std::this_thread::sleep_for(50ms); // the server allows twenty requests a second
  }
}

asynciter::task<void> print_catalogue(http_client &client) {
  items(client, "/items?page=1"); // so that the first page is already there below

  auto stream = items(client, "/items?page=1");
  stream.next(); // the first item is a heading
  auto newest = co_await stream.next();
  std::cout << "newest: " << *newest << '\n';

  while (auto item = co_await stream.next())
    std::cout << *item << '\n';
}

asynciter::task<std::string> last_item(http_client &client) {
  auto stream = items(client, "/items?page=1");
  auto it = co_await stream.begin();
  std::string last = *it;
  while (it != stream.end()) {
    last = *it;
    co_await ++it;
  }
  co_return last;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  http_client client(argv[1], argv[2]);
  asynciter::run(print_catalogue(client));
  std::cout << "last: " << asynciter::run(last_item(client)) << '\n';
}
