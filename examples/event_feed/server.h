// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A feed of events, one to a line. A client asks with "subscribe <topic>"; the server sends events ("<kind>
// <text>") and comment lines (": ...") that keep the connection alive. The topic "news" ends with the line
// "end"; every other one goes on until the client hangs up.
#pragma once

#include "asynciter/asio.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace feed_server {

inline asynciter::task<> send(asio::ip::tcp::socket &client, std::string_view lines) {
  using namespace std::chrono_literals;
  co_await asio::async_write(client, asio::buffer(lines), asynciter::use_await);
  co_await asynciter::sleep_for(1ms);
}

inline asynciter::task<> publish(asio::ip::tcp::socket client) {
  using namespace std::chrono_literals;
  std::string request;
  co_await asio::async_read_until(client, asio::dynamic_buffer(request), '\n', asynciter::use_await);
  if (request == "subscribe news\n") {
    co_await send(client, "login ann\n: keep-alive\nlogin b");
    co_await send(client, "ob\nlogout ann\n");
    co_await send(client, ": keep-alive\n");
    co_await send(client, "end\n");
    co_return;
  }
  if (request == "subscribe traffic\n") {
    co_await send(client, "jam A1\njam A");
    co_return;
  }
  if (request == "subscribe quakes\n") {
    co_await send(client, "magnitude 4.5\n");
    for (;;) {
      co_await asynciter::sleep_for(1min);
      co_await send(client, ": keep-alive\n");
    }
  }
  for (int reading = 18;; ++reading)
    co_await send(client, "degrees " + std::to_string(reading) + "\n");
}

/// Serves until it is destroyed. A client that hangs up ends its own subscription only.
inline asynciter::task<> serve(asio::ip::tcp::acceptor acceptor) {
  for (;;) {
    asio::ip::tcp::socket client = co_await acceptor.async_accept(asynciter::use_await);
    asynciter::spawn(asynciter::current_executor(), publish(std::move(client)), [](std::exception_ptr) {});
  }
}

} // namespace feed_server
