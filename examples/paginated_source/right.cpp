// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A paginated network source as one stream of items: the consumer sees items, and the next page is fetched
// when it asks for the item after the last one at hand.

#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
asynciter::task<page> fetch(tcp::endpoint server, std::string path) {
  tcp::socket socket(asynciter::current_executor());
  co_await socket.async_connect(server, asynciter::use_await);

  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), asynciter::use_await);

  std::string response;
  auto [error, size] =
      co_await asio::async_read(socket, asio::dynamic_buffer(response), asynciter::use_await_tuple);
  if (error != asio::error::eof) // HTTP/1.0 ends a body by closing the connection
    throw asynciter::system_error(error);
  co_return parse_page(response);
}

asynciter::async_generator<std::string> items(tcp::endpoint server, std::string path) {
  while (!path.empty()) {
    page current = co_await fetch(server, std::move(path));
    for (std::string &item : current.items)
      co_yield std::move(item);
    path = std::move(current.next_path);
  }
}

asynciter::task<void> list_all(tcp::endpoint server) {
  auto stream = items(server, "/items?page=1");
  int count = 0;
  while (auto item = co_await stream.next()) {
    std::cout << *item << '\n';
    ++count;
  }
  std::cout << "all: " << count << " items\n";
}

// Leaving the loop destroys the stream with the function: pages that nobody reads are never fetched.
asynciter::task<void> list_until(tcp::endpoint server, std::string wanted) {
  auto stream = items(server, "/items?page=1");
  for (auto it = co_await stream.begin(); it != stream.end(); co_await ++it) {
    if (*it == wanted) {
      std::cout << "found: " << *it << '\n';
      co_return;
    }
  }
  std::cout << "not found: " << wanted << '\n';
}

asynciter::task<void> list_missing(tcp::endpoint server) {
  auto stream = items(server, "/items?page=9");
  try {
    while (auto item = co_await stream.next())
      std::cout << *item << '\n';
  } catch (const std::runtime_error &error) {
    std::cout << error.what() << '\n';
  }
}

asynciter::task<void> show_catalogue() {
  tcp::acceptor acceptor(asynciter::current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  asynciter::spawn(asynciter::current_executor(), catalogue::serve(std::move(acceptor)));

  co_await list_all(server);
  co_await list_until(server, "item 5");
  co_await list_missing(server);
}

} // namespace

int main() { asynciter::run(show_catalogue()); }
