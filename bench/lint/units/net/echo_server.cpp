// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sends back what it receives, to a bounded number of clients, and counts bytes.
#include "shared/log.h"
#include "shared/net.h"

#include <array>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>

using namespace app;

namespace {

struct totals {
  std::size_t clients = 0, open = 0, bytes = 0;
};

const logger out("echo");

class guest {
public:
  explicit guest(totals &all) : all_(all) {
    ++all_.clients;
    ++all_.open;
  }
  ~guest() { --all_.open; }
  guest(const guest &) = delete;
  guest &operator=(const guest &) = delete;

private:
  totals &all_;
};

awaitable<void> serve(tcp::socket client, totals &all) {
  const guest here(all);
  std::array<char, 2048> chunk;
  for (;;) {
    error_code error;
    const std::size_t size =
        co_await client.async_read_some(asio::buffer(chunk), asio::redirect_error(use_awaitable, error));
    if (error == asio::error::eof)
      break;
    if (error) {
      out.warn("a client went away: ", error.message());
      break;
    }
    co_await asio::async_write(client, asio::buffer(chunk, size), use_awaitable);
    all.bytes += size;
  }
}

awaitable<void> listen(tcp::endpoint where, totals &all, std::size_t most) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(executor, where);
  out.info("listening on port ", acceptor.local_endpoint().port());
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(use_awaitable);
    if (all.open >= most) {
      out.warn("too many clients");
      continue;
    }
    asio::co_spawn(executor, serve(std::move(client), all), telling(out));
  }
}

awaitable<void> report(const totals &all, std::chrono::seconds period) {
  for (std::size_t last = 0;; last = all.bytes) {
    co_await sleep_for(period);
    out.info(all.open, " clients, ", (all.bytes - last) / period.count(), " bytes a second");
  }
}

} // namespace

int main(int argc, char **argv) {
  const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 7);
  asio::io_context io(1);
  totals all;
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](error_code, int number) {
    out.info("signal ", number);
    io.stop();
  });
  asio::co_spawn(io, listen({tcp::v4(), port}, all, 512), telling(out));
  asio::co_spawn(io, report(all, std::chrono::seconds(10)), asio::detached);
  io.run();
  out.info(all.clients, " clients, ", all.bytes, " bytes");
}
