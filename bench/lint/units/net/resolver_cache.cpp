// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Host names and their addresses, asked for once although many ask at a time.
#include "shared/log.h"
#include "shared/net.h"

#include <map>
#include <memory>
#include <vector>

using namespace app;
using namespace std::chrono_literals;

namespace {

const logger out("names");

class cache {
public:
  cache(asio::any_io_executor on, clock::duration lifetime) : executor_(on), lifetime_(lifetime) {}

  awaitable<std::vector<asio::ip::address>> find(std::string host) {
    auto known = entries_.find(host);
    if (known != entries_.end() && known->second->expires < clock::now()) {
      entries_.erase(known);
      known = entries_.end();
    }
    if (known == entries_.end())
      known = entries_.emplace(host, start(host)).first;
    const std::shared_ptr<entry> mine = known->second;
    if (!mine->is_there) {
      ++joined_;
      error_code woken;
      co_await mine->arrival.async_wait(asio::redirect_error(use_awaitable, woken));
    }
    co_return mine->addresses;
  }

  std::size_t joined() const { return joined_; }

private:
  struct entry {
    explicit entry(asio::any_io_executor on) : arrival(on, clock::time_point::max()) {}
    asio::steady_timer arrival;
    clock::time_point expires = clock::time_point::max();
    std::vector<asio::ip::address> addresses;
    bool is_there = false;
  };

  std::shared_ptr<entry> start(const std::string &host) {
    auto made = std::make_shared<entry>(executor_);
    asio::co_spawn(executor_, resolve(host, made), telling(out));
    return made;
  }

  awaitable<void> resolve(std::string host, std::shared_ptr<entry> into) {
    tcp::resolver resolver(executor_);
    error_code error;
    const auto found = co_await resolver.async_resolve(host, "", asio::redirect_error(use_awaitable, error));
    if (error)
      out.warn(host, ": ", error.message());
    for (const auto &each : found)
      into->addresses.push_back(each.endpoint().address());
    into->is_there = true;
    into->expires = clock::now() + lifetime_;
    into->arrival.cancel();
  }

  asio::any_io_executor executor_;
  clock::duration lifetime_;
  std::map<std::string, std::shared_ptr<entry>> entries_;
  std::size_t joined_ = 0;
};

awaitable<void> look_up(cache &names, std::string host) {
  for (int round = 0; round != 3; ++round) {
    for (const asio::ip::address &each : co_await names.find(host))
      out.info(host, ": ", each.to_string());
    co_await sleep_for(1s);
  }
}

} // namespace

int main(int argc, char **argv) {
  asio::io_context io;
  cache names(io.get_executor(), 2s);
  for (int each = 1; each < argc; ++each)
    for (int client = 0; client != 3; ++client)
      asio::co_spawn(io, look_up(names, argv[each]), telling(out));
  io.run();
  out.info(names.joined(), " waited for somebody else's question");
}
