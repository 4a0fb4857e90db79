// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that asio.h shows at its top.
#include "asynciter/asio.h"

#include "asynciter/stop.h"

#include <asio/buffer.hpp>
#include <asio/connect.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace essay_asio {
namespace {

using namespace asynciter;
using net::ip::tcp;

const net::ip::address_v4 here = net::ip::address_v4::loopback();

task<std::string> read_to_the_end(tcp::socket &socket) {
  std::array<char, 64> bytes;
  net::mutable_buffer buffer = net::buffer(bytes);
#include "asio.1.inc"
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(error, net::error::eof);
  co_return std::string(bytes.data(), n);
}

task<std::string> talk() {
  tcp::acceptor acceptor(current_executor(), {here, 0});
  tcp::socket client(current_executor());
  co_await client.async_connect(acceptor.local_endpoint(), use_await);
  tcp::socket server = co_await acceptor.async_accept(use_await);
  co_await net::async_write(client, net::buffer("hello", 5), use_await);
  client.close();
  co_return co_await read_to_the_end(server);
}

TEST(Asio, OperationsAreAwaited) { EXPECT_EQ(run(talk()), "hello"); }

#include "asio.2.inc"

task<> serve(tcp::socket client) { co_await net::async_write(client, net::buffer("welcome", 7), use_await); }

tcp::endpoint unused_endpoint() {
  net::io_context context;
  return tcp::acceptor(context, {here, 0}).local_endpoint();
}

/// What the server at `at` says, once there is one.
std::string visit(tcp::endpoint at) {
  for (int attempt = 0; attempt != 1000;
       ++attempt, std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    net::io_context context;
    tcp::socket socket(context);
    net::error_code error;
    socket.connect(at, error);
    if (error)
      continue;
    std::string text(7, ' ');
    net::read(socket, net::buffer(text), error);
    return text;
  }
  return "nobody there";
}

TEST(Asio, ServesUntilItIsStopped) {
  const tcp::endpoint at = unused_endpoint();
  std::stop_source stop;
  std::string seen;
  std::thread visitor([&] {
    seen = visit(at);
    stop.request_stop();
  });
  EXPECT_THROW(serve_until(stop.get_token(), at), operation_cancelled);
  visitor.join();
  EXPECT_EQ(seen, "welcome");
}

} // namespace
} // namespace essay_asio
