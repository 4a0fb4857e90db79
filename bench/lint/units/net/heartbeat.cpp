// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Peers that tell each other by UDP that they are there, and a list of who was heard lately.
#include "shared/log.h"
#include "shared/net.h"

#include <boost/asio/ip/udp.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

using namespace app;
using asio::ip::udp;
using namespace std::chrono_literals;

namespace {

const logger out("heartbeat");

struct peer {
  clock::time_point heard;
  unsigned beats = 0;
  bool is_up = true;
};

class table {
public:
  void heard(const udp::endpoint &from) {
    peer &one = peers_[from];
    if (++one.beats == 1 || !one.is_up)
      out.info(from.address().to_string(), " is up");
    one.is_up = true;
    one.heard = clock::now();
  }

  void expire(clock::duration age) {
    for (auto &[where, one] : peers_)
      if (one.is_up && clock::now() - one.heard > age) {
        one.is_up = false;
        out.warn(where.address().to_string(), " is down after ", one.beats, " beats");
      }
  }

  std::size_t up() const {
    return std::ranges::count_if(peers_, [](const auto &each) { return each.second.is_up; });
  }

private:
  std::map<udp::endpoint, peer> peers_;
};

awaitable<void> beat(udp::socket &socket, std::vector<udp::endpoint> others, std::string name) {
  for (unsigned number = 0;; ++number) {
    const std::string packet = "beat " + name + ' ' + std::to_string(number);
    for (const udp::endpoint &each : others) {
      error_code error;
      co_await socket.async_send_to(asio::buffer(packet), each, asio::redirect_error(use_awaitable, error));
      if (error)
        out.warn("cannot send: ", error.message());
    }
    co_await sleep_for(1s);
  }
}

awaitable<void> hear(udp::socket &socket, table &known) {
  std::array<char, 512> packet;
  for (;;) {
    udp::endpoint from;
    const std::size_t size = co_await socket.async_receive_from(asio::buffer(packet), from, use_awaitable);
    if (std::string_view(packet.data(), size).starts_with("beat "))
      known.heard(from);
  }
}

awaitable<void> expire(table &known) {
  for (;;) {
    co_await sleep_for(500ms);
    known.expire(3s);
  }
}

} // namespace

int main(int argc, char **argv) {
  asio::io_context io;
  udp::socket socket(io, {udp::v4(), 7777});
  std::vector<udp::endpoint> others;
  for (int each = 2; each < argc; ++each)
    others.emplace_back(asio::ip::make_address(argv[each]), 7777);
  table known;
  asio::co_spawn(io, beat(socket, std::move(others), argc > 1 ? argv[1] : "nobody"), telling(out));
  asio::co_spawn(io, hear(socket, known), telling(out));
  asio::co_spawn(io, expire(known), telling(out));
  io.run_for(1min);
  out.info(known.up(), " are up");
}
