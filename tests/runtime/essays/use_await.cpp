// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that use_await.h shows at its top.
#include "asynciter/use_await.h"

#include "asynciter/asio.h"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>

namespace essay_use_await {
namespace {

using namespace asynciter;
using net::ip::tcp;

task<std::string> read_to_the_end(tcp::socket &socket) {
  std::array<char, 64> bytes;
  net::mutable_buffer buffer = net::buffer(bytes);
#include "use_await.1.inc"
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(error, net::error::eof);
  co_return std::string(bytes.data(), n);
}

task<std::string> talk() {
  tcp::acceptor acceptor(current_executor(), {net::ip::address_v4::loopback(), 0});
  tcp::socket client(current_executor());
  co_await client.async_connect(acceptor.local_endpoint(), use_await);
  tcp::socket server = co_await acceptor.async_accept(use_await);
  co_await net::async_write(client, net::buffer("hello", 5), use_await);
  client.close();
  co_return co_await read_to_the_end(server);
}

TEST(UseAwait, ErrorsAreThrownOrLookedAt) { EXPECT_EQ(run(talk()), "hello"); }

} // namespace
} // namespace essay_use_await
