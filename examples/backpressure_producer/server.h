// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sensor that sends readings ("1\n", "2\n", ...) to its client as fast as the connection takes them, then
// hangs up.
#pragma once

#include "asynciter/asio.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <string>
#include <utility>

namespace sensor {

/// Serves one client after the other until it is destroyed. A client that leaves early is no error.
inline asynciter::task<> serve(asio::ip::tcp::acceptor acceptor, int reading_count) {
  for (;;) {
    asio::ip::tcp::socket client = co_await acceptor.async_accept(asynciter::use_await);
    for (int reading = 1; reading <= reading_count; ++reading) {
      const std::string line = std::to_string(reading) + "\n";
      auto [error, size] = co_await asio::async_write(client, asio::buffer(line), asynciter::use_await_tuple);
      if (error)
        break;
    }
  }
}

} // namespace sensor
