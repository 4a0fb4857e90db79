// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Forwards connections to servers in turn. The servers come from a file of settings, which is read again for
// each connection: a mistake that the linter finds across files.
#include "shared/log.h"
#include "shared/net.h"
#include "shared/storage.h"

#include <array>
#include <vector>

using namespace app;

namespace {

const logger out("proxy");

class backends {
public:
  void reload(const settings &from) {
    servers_.clear();
    for (int number = 0;; ++number) {
      const auto host = from.find("server", "host" + std::to_string(number));
      if (!host)
        break;
      const int port = from.number("server", "port" + std::to_string(number), 80);
      servers_.push_back({asio::ip::make_address(*host), static_cast<unsigned short>(port)});
    }
  }
  bool empty() const { return servers_.empty(); }
  const tcp::endpoint &next() { return servers_[turn_++ % servers_.size()]; }

private:
  std::vector<tcp::endpoint> servers_;
  std::size_t turn_ = 0;
};

awaitable<std::size_t> pump(tcp::socket &from, tcp::socket &to) {
  std::array<char, 16384> chunk;
  std::size_t sum = 0;
  for (;;) {
    error_code error;
    const std::size_t size =
        co_await from.async_read_some(asio::buffer(chunk), asio::redirect_error(use_awaitable, error));
    if (error)
      break;
    co_await asio::async_write(to, asio::buffer(chunk, size), asio::redirect_error(use_awaitable, error));
    if (error)
      break;
    sum += size;
  }
  error_code ignored;
  to.shutdown(tcp::socket::shutdown_send, ignored);
  co_return sum;
}

awaitable<void> forward(tcp::socket client, tcp::endpoint server) {
  using namespace asio::experimental::awaitable_operators;
  tcp::socket other(co_await asio::this_coro::executor);
  error_code error;
  co_await other.async_connect(server, asio::redirect_error(use_awaitable, error));
  if (error) {
    out.warn(server.address().to_string(), ": ", error.message());
    co_return;
  }
  const auto [up, down] = co_await (pump(client, other) && pump(other, client));
  out.info(up, " bytes up, ", down, " bytes down");
}

awaitable<void> listen(tcp::acceptor acceptor, std::string config) {
  const auto executor = co_await asio::this_coro::executor;
  backends known;
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(use_awaitable);
    known.reload(load_settings(config));
    if (known.empty())
      out.error("no server in ", config);
    else
      asio::co_spawn(executor, forward(std::move(client), known.next()), telling(out));
  }
}

} // namespace

int main(int argc, char **argv) {
  asio::io_context io;
  asio::co_spawn(io, listen(tcp::acceptor(io, {tcp::v4(), 8080}), argc > 1 ? argv[1] : "proxy.conf"),
                 telling(out));
  io.run();
}
