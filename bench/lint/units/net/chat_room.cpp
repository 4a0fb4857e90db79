// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A chat room. Each member has a coroutine that reads and one that writes. What is said goes into a journal
// on disk, between two lines of a member: that is a mistake, which the linter finds across files.
#include "shared/log.h"
#include "shared/net.h"
#include "shared/storage.h"

#include <deque>
#include <memory>
#include <set>

using namespace app;

namespace {

const logger out("chat");

class member;

class room {
public:
  explicit room(std::string history) : history_(std::move(history)) {}

  void join(std::shared_ptr<member> who) { members_.insert(std::move(who)); }
  void leave(const std::shared_ptr<member> &who) { members_.erase(who); }
  void say(const std::string &line);
  void remember(const std::string &line) { history_.append(line); }
  std::size_t size() const { return members_.size(); }

private:
  std::set<std::shared_ptr<member>> members_;
  journal history_;
};

class member : public std::enable_shared_from_this<member> {
public:
  member(tcp::socket socket, room &in) : socket_(std::move(socket)), wake_(socket_.get_executor()), in_(in) {
    wake_.expires_at(clock::time_point::max());
  }

  void start() {
    const auto executor = socket_.get_executor();
    asio::co_spawn(executor, [self = shared_from_this()] { return self->read(); }, asio::detached);
    asio::co_spawn(executor, [self = shared_from_this()] { return self->write(); }, asio::detached);
  }

  void tell(const std::string &line) {
    pending_.push_back(line);
    wake_.cancel_one();
  }

private:
  awaitable<void> read() {
    line_reader lines(socket_);
    tell("who are you?");
    auto name = co_await lines.next();
    if (!name || name->empty()) {
      stop();
      co_return;
    }
    in_.join(shared_from_this());
    in_.say("* " + *name + " is here");
    while (auto line = co_await lines.next()) {
      if (*line == "/quit")
        break;
      in_.say(*name + ": " + *line);
      in_.remember(*name + ": " + *line);
    }
    in_.leave(shared_from_this());
    in_.say("* " + *name + " has left");
    stop();
  }

  awaitable<void> write() {
    while (socket_.is_open()) {
      if (pending_.empty()) {
        error_code woken;
        co_await wake_.async_wait(asio::redirect_error(use_awaitable, woken));
        continue;
      }
      std::string line = std::move(pending_.front());
      pending_.pop_front();
      co_await send_line(socket_, std::move(line));
    }
  }

  void stop() {
    error_code ignored;
    socket_.close(ignored);
    wake_.cancel();
  }

  tcp::socket socket_;
  asio::steady_timer wake_;
  std::deque<std::string> pending_;
  room &in_;
};

void room::say(const std::string &line) {
  for (const auto &each : members_)
    each->tell(line);
}

awaitable<void> listen(tcp::acceptor acceptor, room &in) {
  for (;;) {
    std::make_shared<member>(co_await acceptor.async_accept(use_awaitable), in)->start();
    out.info(in.size(), " members, and one more at the door");
  }
}

} // namespace

int main() {
  asio::io_context io(1);
  room lobby("chat.log");
  asio::co_spawn(io, listen(tcp::acceptor(io, {tcp::v4(), 5222}), lobby), telling(out));
  io.run();
}
