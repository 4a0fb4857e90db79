// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A broker: clients subscribe to topics, and get what others publish there. Who reads slowly loses the
// oldest.
#include "shared/log.h"
#include "shared/net.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <sstream>
#include <vector>

using namespace app;

namespace {

const logger out("broker");

class mailbox {
public:
  mailbox(asio::any_io_executor on, std::size_t most) : arrival_(on, clock::time_point::max()), most_(most) {}

  void put(std::string message) {
    if (messages_.size() == most_) {
      messages_.pop_front();
      ++lost_;
    }
    messages_.push_back(std::move(message));
    arrival_.cancel();
  }

  void close() {
    is_closed_ = true;
    arrival_.cancel();
  }

  awaitable<std::optional<std::string>> next() {
    while (messages_.empty() && !is_closed_) {
      error_code woken;
      co_await arrival_.async_wait(asio::redirect_error(use_awaitable, woken));
    }
    if (messages_.empty())
      co_return std::nullopt;
    std::string first = std::move(messages_.front());
    messages_.pop_front();
    co_return first;
  }

  std::size_t lost() const { return lost_; }

private:
  asio::steady_timer arrival_;
  std::deque<std::string> messages_;
  std::size_t most_, lost_ = 0;
  bool is_closed_ = false;
};

class broker {
public:
  void subscribe(const std::string &topic, const std::shared_ptr<mailbox> &who) {
    topics_[topic].push_back(who);
  }

  std::size_t publish(const std::string &topic, const std::string &message) {
    auto &readers = topics_[topic];
    std::erase_if(readers, [](const auto &each) { return each.expired(); });
    for (const auto &each : readers)
      if (const auto alive = each.lock())
        alive->put(topic + ": " + message);
    return readers.size();
  }

private:
  std::map<std::string, std::vector<std::weak_ptr<mailbox>>> topics_;
};

awaitable<void> deliver(tcp::socket &to, mailbox &from) {
  while (auto message = co_await from.next())
    co_await send_line(to, std::move(*message));
}

awaitable<void> obey(tcp::socket &client, broker &all, std::shared_ptr<mailbox> mine) {
  line_reader lines(client);
  while (const auto line = co_await lines.next()) {
    std::istringstream words(*line);
    std::string verb, topic, rest;
    words >> verb >> topic;
    std::getline(words >> std::ws, rest);
    if (verb == "SUB")
      all.subscribe(topic, mine);
    else if (verb == "PUB")
      mine->put("sent to " + std::to_string(all.publish(topic, rest)));
    else
      mine->put("what is " + verb + '?');
  }
  mine->close();
}

awaitable<void> serve(tcp::socket client, broker &all) {
  using namespace asio::experimental::awaitable_operators;
  const auto mine = std::make_shared<mailbox>(client.get_executor(), 100);
  co_await (obey(client, all, mine) && deliver(client, *mine));
  if (mine->lost())
    out.warn("a client lost ", mine->lost(), " messages");
}

awaitable<void> listen(tcp::acceptor acceptor, broker &all) {
  const auto executor = co_await asio::this_coro::executor;
  for (;;)
    asio::co_spawn(executor, serve(co_await acceptor.async_accept(use_awaitable), all), telling(out));
}

} // namespace

int main() {
  asio::io_context io(1);
  broker all;
  asio::co_spawn(io, listen(tcp::acceptor(io, {tcp::v4(), 1883}), all), telling(out));
  io.run();
}
