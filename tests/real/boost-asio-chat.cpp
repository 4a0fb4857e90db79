// REQUIRES: boost-asio
// RUN: %verify %s
//
// A chat room: one coroutine per member reads lines, another one writes what
// the room has queued for it. The members' lines come as a hand-written stream,
// `co_await lines.next()`.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

/// The lines of a socket; nothing at its end.
class line_stream {
public:
  explicit line_stream(tcp::socket &socket) : socket_(socket) {}

  awaitable<std::optional<std::string>> next() {
    boost::system::error_code error;
    const std::size_t size = co_await asio::async_read_until(socket_, asio::dynamic_buffer(received_, 1024), '\n',
                                                             asio::redirect_error(use_awaitable, error));
    if (error)
      co_return std::nullopt;
    std::string line = received_.substr(0, size - 1);
    received_.erase(0, size);
    co_return line;
  }

private:
  tcp::socket &socket_;
  std::string received_;
};

class member {
public:
  virtual ~member() = default;
  virtual void deliver(const std::string &message) = 0;
};

class room {
public:
  void join(std::shared_ptr<member> who) {
    members_.insert(who);
    for (const auto &message : recent_)
      who->deliver(message);
  }
  void leave(const std::shared_ptr<member> &who) { members_.erase(who); }

  void deliver(const std::string &message) {
    recent_.push_back(message);
    while (recent_.size() > 100)
      recent_.pop_front();
    for (const auto &one : members_)
      one->deliver(message);
  }

private:
  std::set<std::shared_ptr<member>> members_;
  std::deque<std::string> recent_;
};

/// Moderators' decisions, from a thread of the admin interface.
class decisions {
public:
  void decide(std::string who, bool stays) {
    std::lock_guard lock(mutex_);
    known_[std::move(who)] = stays;
    changed_.notify_all();
  }

  bool wait_for_decision(const std::string &who) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return known_.contains(who); }); // expected-note {{`decisions::wait_for_decision` calls `std::condition_variable::wait`, which}}
    return known_[who];
  }

  std::optional<bool> decision(const std::string &who) {
    std::lock_guard lock(mutex_);
    const auto found = known_.find(who);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, bool> known_;
};

class session : public member, public std::enable_shared_from_this<session> {
public:
  session(tcp::socket socket, room &joined, decisions &moderation)
      : socket_(std::move(socket)), wake_(socket_.get_executor()), room_(joined), moderation_(moderation) {
    wake_.expires_at(std::chrono::steady_clock::time_point::max());
  }

  void start() {
    auto executor = socket_.get_executor();
    asio::co_spawn(executor, [self = shared_from_this()] { return self->reader(); }, asio::detached);
    asio::co_spawn(executor, [self = shared_from_this()] { return self->writer(); }, asio::detached);
  }

  void deliver(const std::string &message) override {
    outgoing_.push_back(message);
    wake_.cancel_one();
  }

private:
  awaitable<void> reader() {
    line_stream lines(socket_);
    deliver("your name?\n");
    auto name = co_await lines.next(); // expected-note {{the step is here}}
    name_ = *name;                     // expected-warning {{`name` is read without a test for end: on some path nothing tests the step}}
    // expected-note@+1 {{instead}}
    if (name_ != "admin" && !moderation_.wait_for_decision(name_)) // expected-warning {{`session::reader` blocks its thread: it calls `decisions::wait_for_decision`}}
      co_return stop();

    room_.join(shared_from_this());
    lines.next(); // expected-warning {{`next` is called but never awaited}}
    while (auto line = co_await lines.next()) {
      if (line->starts_with("/quit"))
        break;
      if (line->starts_with("/quote")) {
        auto quoted = co_await lines.next();
        if (!quoted)
          break;
        auto comment = co_await lines.next();                              // expected-note {{the step is here}}
        room_.deliver(name_ + " > " + *quoted + "\n" + *comment + "\n"); // expected-warning {{`comment` is read}}
        continue;
      }
      room_.deliver(name_ + ": " + *line + "\n");
    }
    room_.leave(shared_from_this());
    stop();
  }

  awaitable<void> writer() {
    try {
      while (socket_.is_open()) {
        if (outgoing_.empty()) {
          boost::system::error_code error;
          co_await wake_.async_wait(asio::redirect_error(use_awaitable, error));
          continue;
        }
        co_await asio::async_write(socket_, asio::buffer(outgoing_.front()), use_awaitable);
        outgoing_.pop_front();
      }
    } catch (const std::exception &) {
      stop();
    }
  }

  void stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    wake_.cancel();
  }

  tcp::socket socket_;
  asio::steady_timer wake_;
  room &room_;
  decisions &moderation_;
  std::string name_;
  std::deque<std::string> outgoing_;
};

awaitable<void> accept(tcp::acceptor acceptor, room &joined, decisions &moderation) {
  for (;;)
    std::make_shared<session>(co_await acceptor.async_accept(use_awaitable), joined, moderation)->start();
}

/// A client that says something and prints the answers; `quiet` prints nothing.
awaitable<std::size_t> talk(tcp::endpoint server, std::vector<std::string> said, bool quiet) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(server, use_awaitable);
  line_stream answers(socket);
  if (!co_await answers.next())
    co_return 0;
  for (auto &line : said)
    co_await asio::async_write(socket, asio::buffer(line += '\n'), use_awaitable);
  std::size_t count = 0;
  for (auto answer = co_await answers.next(); answer; answer = co_await answers.next(), ++count)
    if (!quiet)
      std::cout << answer.value() << std::endl;
  co_return count;
}

} // namespace

int main() {
  asio::io_context io;
  room lobby;
  decisions moderation;
  tcp::acceptor acceptor(io, {tcp::v4(), 0});
  const tcp::endpoint here = acceptor.local_endpoint();
  asio::co_spawn(io, accept(std::move(acceptor), lobby, moderation), asio::detached);
  asio::co_spawn(io, talk(here, {"admin", "hello", "/quit"}, false), [](std::exception_ptr, std::size_t count) {
    std::cout << count << " answers\n";
  });
  io.run_for(std::chrono::seconds(1));
}
