// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Connections that are kept and lent. Who comes when none is left waits for its turn.
#include "shared/log.h"
#include "shared/net.h"

#include <list>
#include <memory>
#include <vector>

using namespace app;
using namespace std::chrono_literals;

namespace {

const logger out("pool");

class pool {
public:
  pool(asio::any_io_executor on, tcp::endpoint server, std::size_t most)
      : executor_(on), server_(std::move(server)), most_(most) {}

  class lease {
  public:
    lease(pool &from, std::unique_ptr<tcp::socket> socket) : from_(&from), socket_(std::move(socket)) {}
    lease(lease &&) = default;
    lease &operator=(lease &&) = delete;
    ~lease() {
      if (socket_)
        from_->give_back(std::move(socket_));
    }
    tcp::socket &operator*() const { return *socket_; }
    void spoil() { socket_->close(); }

  private:
    pool *from_;
    std::unique_ptr<tcp::socket> socket_;
  };

  awaitable<lease> borrow() {
    while (idle_.empty() && lent_ >= most_) {
      asio::steady_timer &mine = waiting_.emplace_back(executor_, clock::time_point::max());
      error_code woken;
      co_await mine.async_wait(asio::redirect_error(use_awaitable, woken));
      std::erase_if(waiting_, [&](const asio::steady_timer &each) { return &each == &mine; });
    }
    ++lent_;
    if (!idle_.empty()) {
      auto socket = std::move(idle_.back());
      idle_.pop_back();
      co_return lease(*this, std::move(socket));
    }
    auto socket = std::make_unique<tcp::socket>(executor_);
    error_code error;
    co_await socket->async_connect(server_, asio::redirect_error(use_awaitable, error));
    if (error)
      out.warn("no connection: ", error.message());
    co_return lease(*this, std::move(socket));
  }

private:
  void give_back(std::unique_ptr<tcp::socket> socket) {
    --lent_;
    if (socket->is_open())
      idle_.push_back(std::move(socket));
    if (!waiting_.empty())
      waiting_.front().cancel();
  }

  asio::any_io_executor executor_;
  tcp::endpoint server_;
  std::size_t most_, lent_ = 0;
  std::vector<std::unique_ptr<tcp::socket>> idle_;
  std::list<asio::steady_timer> waiting_;
};

awaitable<void> ask(pool &connections, int number) {
  auto connection = co_await connections.borrow();
  co_await send_line(*connection, "ADD " + std::to_string(number));
  line_reader answers(*connection);
  const auto answer = co_await answers.next();
  if (!answer) {
    connection.spoil();
    out.warn("no answer to ", number);
    co_return;
  }
  out.info(number, " -> ", *answer);
}

awaitable<void> ask_in_turn(pool &connections, int first, int last) {
  for (int number = first; number != last; ++number)
    if (!co_await finishes_within(500ms, ask(connections, number)))
      out.warn("too slow: ", number);
}

} // namespace

int main() {
  asio::io_context io;
  pool connections(io.get_executor(), {asio::ip::address_v4::loopback(), 9000}, 4);
  for (int worker = 0; worker != 10; ++worker)
    asio::co_spawn(io, ask_in_turn(connections, worker * 100, worker * 100 + 100), telling(out));
  io.run();
}
