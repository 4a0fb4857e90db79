// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An incremental reader of length-prefixed frames: bytes arrive in any pieces, the stream delivers whole
// frames, and it tells an end between two frames from an end within one.

#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using asio::ip::tcp;

namespace {

/// The bytes that have arrived and are not yet part of a delivered frame.
class frame_buffer {
public:
  void append(std::string_view bytes) { bytes_ += bytes; }
  bool empty() const { return bytes_.empty(); }

  /// Moves the first frame's payload to `payload`; false if the frame is not complete yet.
  bool take(std::string &payload) {
    constexpr std::size_t prefix_size = 4;
    constexpr std::uint32_t size_limit = 64 * 1024;
    if (bytes_.size() < prefix_size)
      return false;
    std::uint32_t size = 0;
    for (std::size_t i = 0; i < prefix_size; ++i)
      size = size << 8 | static_cast<unsigned char>(bytes_[i]);
    if (size > size_limit)
      throw std::runtime_error("a frame of " + std::to_string(size) + " bytes is too long");
    if (bytes_.size() - prefix_size < size)
      return false;
    payload.assign(bytes_, prefix_size, size);
    bytes_.erase(0, prefix_size + size);
    return true;
  }

private:
  std::string bytes_;
};

// The stream owns its socket: destroying the stream hangs up. Each item is valid until the next step.
asynciter::async_generator<const std::string &> frames(tcp::socket socket) {
  frame_buffer buffer;
  std::string payload;
  std::array<char, 512> piece;
  for (;;) {
    while (buffer.take(payload))
      co_yield payload;
    auto [error, size] = co_await socket.async_read_some(asio::buffer(piece), asynciter::use_await_tuple);
    if (error == asio::error::eof)
      break;
    if (error)
      throw asynciter::system_error(error);
    buffer.append({piece.data(), size});
  }
  if (!buffer.empty())
    throw std::runtime_error("the connection ended within a frame");
}

asynciter::task<tcp::socket> connect(tcp::endpoint server) {
  tcp::socket socket(asynciter::current_executor());
  co_await socket.async_connect(server, asynciter::use_await);
  co_return socket;
}

asynciter::task<void> print_frames(tcp::endpoint server) {
  auto stream = frames(co_await connect(server));

  // The first frame is a greeting, and even that may be missing.
  auto greeting = co_await stream.next();
  if (!greeting) {
    std::cout << "no greeting\n";
    co_return;
  }
  std::cout << "greeting: " << *greeting << '\n';

  while (auto frame = co_await stream.next())
    std::cout << frame->size() << " bytes: \"" << *frame << "\"\n";
  std::cout << "end\n";
}

asynciter::task<void> show_frames() {
  tcp::acceptor acceptor(asynciter::current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  asynciter::spawn(asynciter::current_executor(), frame_server::serve(std::move(acceptor)));

  co_await print_frames(server);
  try {
    co_await print_frames(server);
  } catch (const std::runtime_error &error) {
    std::cout << error.what() << '\n';
  }
}

} // namespace

int main() { asynciter::run(show_frames()); }
