// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A server of quotations with callbacks only, as Asio's programs were before coroutines.
#include "shared/log.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <cstdlib>
#include <istream>
#include <memory>
#include <string>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;

namespace {

const app::logger out("quotations");

class book {
public:
  void add(std::string line) { lines_.push_back(std::move(line)); }
  const std::string &pick(std::size_t number) const { return lines_[number % lines_.size()]; }

private:
  std::vector<std::string> lines_;
};

class session : public std::enable_shared_from_this<session> {
public:
  session(tcp::socket socket, const book &from)
      : socket_(std::move(socket)), deadline_(socket_.get_executor()), from_(from) {}

  void start() {
    wait();
    read();
  }

private:
  void wait() {
    deadline_.expires_after(std::chrono::seconds(30));
    deadline_.async_wait([self = shared_from_this()](error_code error) {
      if (!error)
        self->socket_.cancel();
    });
  }

  void read() {
    asio::async_read_until(socket_, received_, '\n',
                           [self = shared_from_this()](error_code error, std::size_t) {
                             if (error)
                               return self->stop(error);
                             std::istream in(&self->received_);
                             std::string line;
                             std::getline(in, line);
                             self->answer(std::strtoul(line.c_str(), nullptr, 10));
                           });
  }

  void answer(std::size_t number) {
    sent_ = from_.pick(number) + '\n';
    asio::async_write(socket_, asio::buffer(sent_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error)
                          return self->stop(error);
                        ++self->answered_;
                        self->wait();
                        self->read();
                      });
  }

  void stop(error_code why) {
    deadline_.cancel();
    out.info("after ", answered_, " answers: ", why.message());
  }

  tcp::socket socket_;
  asio::steady_timer deadline_;
  asio::streambuf received_;
  std::string sent_;
  std::size_t answered_ = 0;
  const book &from_;
};

class server {
public:
  server(asio::io_context &io, unsigned short port, const book &from)
      : acceptor_(io, {tcp::v4(), port}), from_(from) {
    accept();
  }

private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!error)
        std::make_shared<session>(std::move(socket), from_)->start();
      accept();
    });
  }

  tcp::acceptor acceptor_;
  const book &from_;
};

} // namespace

int main() {
  book quotations;
  quotations.add("A line is not a sentence.");
  quotations.add("What is measured gets better; what is not, too.");
  quotations.add("The last one turns off the light.");
  asio::io_context io;
  const server here(io, 1717, quotations);
  io.run();
}
