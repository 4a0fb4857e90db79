// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which ports of a host are open: a number of coroutines that take the next port from one counter.
#include "shared/log.h"
#include "shared/net.h"

#include <charconv>
#include <cstring>
#include <set>

using namespace app;
using namespace std::chrono_literals;

namespace {

const logger out("scan");

struct scan {
  asio::ip::address host;
  unsigned next, last;
  std::set<unsigned> open;
  std::size_t refused = 0, silent = 0;
};

enum class state { open, refused, silent };

awaitable<state> probe(tcp::endpoint where, clock::duration patience) {
  tcp::socket socket(co_await asio::this_coro::executor);
  error_code error;
  auto connect = [&]() -> awaitable<void> {
    co_await socket.async_connect(where, asio::redirect_error(use_awaitable, error));
  };
  if (!co_await finishes_within(patience, connect()))
    co_return state::silent;
  co_return error ? state::refused : state::open;
}

awaitable<void> work(scan &all) {
  while (all.next <= all.last) {
    const unsigned port = all.next++;
    switch (co_await probe({all.host, static_cast<unsigned short>(port)}, 300ms)) {
    case state::open:
      all.open.insert(port);
      break;
    case state::refused:
      ++all.refused;
      break;
    case state::silent:
      ++all.silent;
      break;
    }
  }
}

unsigned number_or(const char *text, unsigned otherwise) {
  unsigned found = otherwise;
  if (text)
    std::from_chars(text, text + std::strlen(text), found);
  return found;
}

} // namespace

int main(int argc, char **argv) {
  asio::io_context io;
  scan all{asio::ip::make_address(argc > 1 ? argv[1] : "127.0.0.1"),
           number_or(argc > 2 ? argv[2] : nullptr, 1),
           number_or(argc > 3 ? argv[3] : nullptr, 1024),
           {}};
  for (int worker = 0; worker != 32; ++worker)
    asio::co_spawn(io, work(all), telling(out));
  io.run();
  for (const unsigned port : all.open)
    out.info(port, " is open");
  out.info(all.refused, " refused, ", all.silent, " silent");
}
