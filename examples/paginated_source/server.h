// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A catalogue of eight items behind HTTP/1.0, three to a page. Each response names the next page, if there is
// one. The page "/overload" is never answered.
#pragma once

#include "asynciter/asio.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace catalogue {

inline std::string response_to(std::string_view request) {
  constexpr int item_count = 8;
  constexpr int page_size = 3;
  constexpr std::string_view prefix = "GET /items?page=";

  int page = 0;
  if (request.starts_with(prefix))
    std::from_chars(request.data() + prefix.size(), request.data() + request.size(), page);
  const int first = (page - 1) * page_size + 1;
  if (page < 1 || first > item_count)
    return "HTTP/1.0 404 Not Found\r\n\r\n";

  const int last = std::min(first + page_size - 1, item_count);
  std::string response = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n";
  if (last < item_count)
    response += "Next-Page: /items?page=" + std::to_string(page + 1) + "\r\n";
  response += "\r\n";
  for (int item = first; item <= last; ++item)
    response += "item " + std::to_string(item) + "\n";
  return response;
}

inline asynciter::task<> answer(asio::ip::tcp::socket client, std::shared_ptr<int> requests) {
  using namespace std::chrono_literals;
  std::string request;
  co_await asio::async_read_until(client, asio::dynamic_buffer(request), "\r\n\r\n", asynciter::use_await);
  ++*requests;
  co_await asynciter::sleep_for(request.starts_with("GET /overload ") ? std::chrono::milliseconds(1h) : 2ms);
  const std::string response = response_to(request);
  co_await asio::async_write(client, asio::buffer(response), asynciter::use_await);
}

/// Serves until it is destroyed, and counts the requests. A client that hangs up early is its own business.
inline asynciter::task<> serve(asio::ip::tcp::acceptor acceptor, std::shared_ptr<int> requests) {
  for (;;) {
    asio::ip::tcp::socket client = co_await acceptor.async_accept(asynciter::use_await);
    asynciter::spawn(asynciter::current_executor(), answer(std::move(client), requests),
                     [](std::exception_ptr) {});
  }
}

} // namespace catalogue
