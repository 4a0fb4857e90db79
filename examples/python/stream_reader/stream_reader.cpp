// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lines that come over a socket.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

async_generator<std::string> lines(tcp::socket &socket) {
  std::string received;
  for (;;) {
    auto [error, size] =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(received), '\n', use_await_tuple);
    if (error == asio::error::eof)
      break;
    if (error)
      throw system_error(error);
    co_yield received.substr(0, size - 1);
    received.erase(0, size);
  }
  if (!received.empty())
    co_yield std::move(received);
}

task<> serve(tcp::acceptor acceptor) {
  tcp::socket socket = co_await acceptor.async_accept(use_await);
  auto stream = lines(socket);
  auto name = co_await stream.next();
  if (!name)
    co_return;

  std::vector<std::string> parts{"hello ", *name + "\nhow are", " you\n", "bye"};
  for (const std::string &part : parts) {
    co_await asio::async_write(socket, asio::buffer(part), use_await);
    co_await sleep_for(1ms);
  }
}

task<> async_main() {
  tcp::acceptor acceptor(current_executor(), {asio::ip::address_v4::loopback(), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  spawn(current_executor(), serve(std::move(acceptor)));

  tcp::socket socket(current_executor());
  co_await socket.async_connect(server, use_await);
  co_await asio::async_write(socket, asio::buffer("ann\n", 4), use_await);
  ASYNCITER_FOR(const std::string &line, lines(socket)) { print("line:", line); }
  print("end");
}

} // namespace

int main() { run(async_main()); }
