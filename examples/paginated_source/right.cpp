// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A paginated network source as one stream of items: the consumer sees items, and the next page is fetched
// when it asks for the item after the last one at hand.

#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/buffer.h"
#include "asynciter/collect.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/take.h"
#include "asynciter/task.h"
#include "asynciter/timing.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace asynciter;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

struct page {
  std::vector<std::string> items;
  std::string next_path; // empty on the last page
};

page parse_page(std::string_view response) {
  if (!response.starts_with("HTTP/1.0 200 "))
    throw std::runtime_error("the server answered: " +
                             std::string(response.substr(0, response.find("\r\n"))));
  const auto header_end = response.find("\r\n\r\n");
  if (header_end == std::string_view::npos)
    throw std::runtime_error("the server's answer is cut off");

  page result;
  const std::string_view header = response.substr(0, header_end + 2);
  constexpr std::string_view next_page = "\r\nNext-Page: ";
  if (const auto found = header.find(next_page); found != std::string_view::npos) {
    const auto begin = found + next_page.size();
    result.next_path = header.substr(begin, header.find("\r\n", begin) - begin);
  }

  std::string_view body = response.substr(header_end + 4);
  while (!body.empty()) {
    const auto line_end = body.find('\n');
    result.items.emplace_back(body.substr(0, line_end));
    body.remove_prefix(line_end == std::string_view::npos ? body.size() : line_end + 1);
  }
  return result;
}

// The parameters are taken by value: the frame may outlive what the caller passed.
task<page> fetch(tcp::endpoint server, std::string path) {
  tcp::socket socket(current_executor());
  co_await socket.async_connect(server, use_await);

  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), use_await);

  std::string response;
  auto [error, size] = co_await asio::async_read(socket, asio::dynamic_buffer(response), use_await_tuple);
  if (error != asio::error::eof) // HTTP/1.0 ends a body by closing the connection
    throw system_error(error);
  co_return parse_page(response);
}

async_generator<std::string> items(tcp::endpoint server, std::string path) {
  while (!path.empty()) {
    page current = co_await fetch(server, std::move(path));
    for (std::string &item : current.items)
      co_yield std::move(item);
    path = std::move(current.next_path);
  }
}

task<> list_all(tcp::endpoint server) {
  int count = 0;
  ASYNCITER_FOR(const std::string &item, items(server, "/items?page=1")) {
    std::cout << item << '\n';
    ++count;
  }
  std::cout << "all: " << count << " items\n";
}

// Pages behind the wanted item are never fetched: `first` leaves the stream.
task<> find(tcp::endpoint server, std::string wanted) {
  auto is_wanted = [&](const std::string &item) { return item == wanted; };
  auto found = co_await (items(server, "/items?page=1") | filter(is_wanted) | first);
  if (found)
    std::cout << "found: " << *found << '\n';
  else
    std::cout << "not found: " << wanted << '\n';
}

// While an item is being stored, the page after the next two items is fetched.
task<> store_all(tcp::endpoint server) {
  int stored = 0;
  auto store = [&](const std::string &) -> task<> {
    co_await sleep_for(1ms);
    ++stored;
  };
  co_await for_each(items(server, "/items?page=1") | buffer(2), store);
  std::cout << "stored: " << stored << " items\n";
}

// What goes wrong in a page is thrown by the step that asked for it.
task<> list_missing(tcp::endpoint server) {
  try {
    co_await for_each(items(server, "/items?page=9"),
                      [](const std::string &item) { std::cout << item << '\n'; });
  } catch (const std::runtime_error &error) {
    std::cout << error.what() << '\n';
  }
}

// A request that takes too long is given up: its wait is stopped, and its socket closed.
task<> list_impatiently(tcp::endpoint server) {
  auto stream = items(server, "/overload") | timeout(20ms);
  try {
    auto first_items = co_await (std::move(stream) | take(3) | to<std::vector>());
    std::cout << "in time: " << first_items.size() << " items\n";
  } catch (const timed_out &) {
    std::cout << "the server takes too long\n";
  }
}

task<> show_catalogue() {
  tcp::acceptor acceptor(current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  auto requests = std::make_shared<int>(0);
  spawn(current_executor(), catalogue::serve(std::move(acceptor), requests));

  co_await list_all(server);
  *requests = 0;
  co_await find(server, "item 5");
  std::cout << "requests: " << *requests << '\n';
  co_await store_all(server);
  co_await list_missing(server);
  co_await list_impatiently(server);
}

} // namespace

int main() { run(show_catalogue()); }
