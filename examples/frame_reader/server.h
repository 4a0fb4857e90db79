// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sends length-prefixed frames to each client, cut into pieces that do not care where a frame begins or ends.
// A frame is a 32-bit big-endian payload length, then the payload.
#pragma once

#include "asynciter/asio.h"
#include "asynciter/when_any.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iostream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace frame_server {

inline std::string framed(std::initializer_list<std::string_view> payloads) {
  std::string bytes;
  for (std::string_view payload : payloads) {
    const auto size = static_cast<std::uint32_t>(payload.size());
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(size >> shift & 0xff);
    bytes += payload;
  }
  return bytes;
}

inline asynciter::task<> send_in_pieces(asio::ip::tcp::socket &client ASYNCITER_LIFETIMEBOUND,
                                        std::string bytes) {
  using namespace std::chrono_literals;
  constexpr std::size_t piece_size = 7;
  for (std::size_t sent = 0; sent < bytes.size(); sent += piece_size) {
    const std::size_t size = std::min(piece_size, bytes.size() - sent);
    co_await asio::async_write(client, asio::buffer(bytes.data() + sent, size), asynciter::use_await);
    co_await asynciter::sleep_for(1ms);
  }
}

/// Sends a frame after the other.
inline asynciter::task<> send_without_end(asio::ip::tcp::socket &client ASYNCITER_LIFETIMEBOUND) {
  for (int number = 1;; ++number) {
    const std::string frame = framed({"frame " + std::to_string(number)});
    co_await send_in_pieces(client, frame);
  }
}

/// Reads until the client says that it will send no more.
inline asynciter::task<> wait_for_end(asio::ip::tcp::socket &client ASYNCITER_LIFETIMEBOUND) {
  char ignored[16];
  asio::error_code error;
  while (!error)
    error = std::get<0>(co_await client.async_read_some(asio::buffer(ignored), asynciter::use_await_tuple));
}

/// Sends whole frames to the first client. To the second one it hangs up in the middle of a frame. To the
/// third one it sends frames until that says good-bye.
inline asynciter::task<> serve(asio::ip::tcp::acceptor acceptor) {
  const std::string frames = framed({"hello", "a frame longer than one piece", "", "bye"});
  {
    asio::ip::tcp::socket client = co_await acceptor.async_accept(asynciter::use_await);
    co_await send_in_pieces(client, frames);
  }
  {
    asio::ip::tcp::socket client = co_await acceptor.async_accept(asynciter::use_await);
    co_await send_in_pieces(client, frames.substr(0, 20));
  }
  {
    asio::ip::tcp::socket client = co_await acceptor.async_accept(asynciter::use_await);
    co_await asynciter::when_any(send_without_end(client), wait_for_end(client));
    std::cout << "server: the client has left\n";
  }
}

} // namespace frame_server
