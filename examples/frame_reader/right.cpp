// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An incremental reader of length-prefixed frames: bytes arrive in any pieces, the stream delivers whole
// frames, tells an end between two frames from an end within one, and says good-bye when it is left early.

#include "server.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/cleanup.h"
#include "asynciter/for_each.h"
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

using namespace asynciter;
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

/// A connection, and whether the server has ended it.
struct connection {
  tcp::socket socket;
  bool ended = false;
};

task<connection> connect(tcp::endpoint server) {
  connection result{tcp::socket(current_executor())};
  co_await result.socket.async_connect(server, use_await);
  co_return result;
}

// Says that we will send no more, and waits until the server has hung up, so that nothing is lost on the way.
task<> say_goodbye(connection &to) {
  asio::error_code error;
  to.socket.shutdown(tcp::socket::shutdown_send, error);
  std::array<char, 512> ignored;
  while (!to.ended && !error) {
    auto [failed, size] = co_await to.socket.async_read_some(asio::buffer(ignored), use_await_tuple);
    error = failed;
  }
}

// The stream owns its connection, and ends it however it is left. Each item is valid until the next step.
async_generator<const std::string &> frames(tcp::endpoint server) {
  connection &from = co_await on_exit(say_goodbye, co_await connect(server));
  frame_buffer buffer;
  std::string payload;
  std::array<char, 512> piece;
  while (!from.ended) {
    while (buffer.take(payload))
      co_yield payload;
    auto [error, size] = co_await from.socket.async_read_some(asio::buffer(piece), use_await_tuple);
    from.ended = error == asio::error::eof;
    if (error && !from.ended)
      throw system_error(error);
    buffer.append({piece.data(), size});
  }
  if (!buffer.empty())
    throw std::runtime_error("the connection ended within a frame");
}

// The first frame is a greeting, and even that may be missing.
task<> print_greeting_and_frames(async_generator<const std::string &> &stream) {
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

task<> show_frames() {
  tcp::acceptor acceptor(current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  spawn(current_executor(), frame_server::serve(std::move(acceptor)));

  // Who steps by hand leaves the closing to `closing`.
  co_await closing(frames(server), print_greeting_and_frames);
  try {
    co_await closing(frames(server), print_greeting_and_frames);
  } catch (const std::runtime_error &error) {
    std::cout << error.what() << '\n';
  }

  // A loop closes its stream by itself: the server is told before the program goes on.
  ASYNCITER_FOR(const std::string &frame, frames(server)) {
    std::cout << frame << '\n';
    if (frame == "frame 3")
      break;
  }
  std::cout << "left\n";
}

} // namespace

int main() { run(show_frames()); }
