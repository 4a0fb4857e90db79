// REQUIRES: boost-asio
// RUN: %verify %s
//
// A download manager with plain Boost.Asio: HTTP by hand over asio::streambuf,
// as every tutorial shows it, with mirrors, retries and a proxy.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <istream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
// expected-note@* 1+ {{instead}}

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

namespace {

struct response {
  int status = 0;
  std::map<std::string, std::string> fields;
  std::string body;
};

struct place {
  std::string host, path;
};

response parse_head(std::istream &in) {
  response head;
  std::string version, line;
  in >> version >> head.status;
  std::getline(in, line);
  while (std::getline(in, line) && line != "\r")
    if (const auto colon = line.find(':'); colon != std::string::npos)
      head.fields[line.substr(0, colon)] = line.substr(colon + 2, line.size() - colon - 3);
  return head;
}

/// The body of a response in parts, until the server closes the connection.
class body_parts {
public:
  body_parts(tcp::socket &socket, asio::streambuf &buffer) : socket_(socket), buffer_(buffer) {}

  awaitable<std::optional<std::string>> next() {
    if (buffer_.size() == 0) {
      boost::system::error_code error;
      co_await asio::async_read(socket_, buffer_, asio::transfer_at_least(1),
                                asio::redirect_error(use_awaitable, error));
      if (error == asio::error::eof)
        co_return std::nullopt;
      if (error)
        throw boost::system::system_error(error);
    }
    co_return std::string(std::istreambuf_iterator<char>(&buffer_), {});
  }

private:
  tcp::socket &socket_;
  asio::streambuf &buffer_;
};

awaitable<tcp::socket> open(std::string host) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  tcp::socket socket(executor);
  const auto found = co_await resolver.async_resolve(host, "http", use_awaitable);
  co_await asio::async_connect(socket, found, use_awaitable);
  co_return socket;
}

awaitable<response> get(place from) {
  tcp::socket socket = co_await open(from.host);
  asio::streambuf request;
  std::ostream out(&request);
  out << "GET " << from.path << " HTTP/1.0\r\nHost: " << from.host << "\r\nConnection: close\r\n\r\n";
  co_await asio::async_write(socket, request, use_awaitable);

  asio::streambuf buffer;
  co_await asio::async_read_until(socket, buffer, "\r\n\r\n", use_awaitable);
  std::istream in(&buffer);
  response answer = parse_head(in);
  if (!in)
    throw std::runtime_error("not a response");
  body_parts parts(socket, buffer);
  while (auto part = co_await parts.next())
    answer.body += *part;
  co_return answer;
}

awaitable<std::size_t> head_size(place from) {
  tcp::socket socket = co_await open(from.host);
  const std::string request = "HEAD " + from.path + " HTTP/1.0\r\n\r\n";
  asio::write(socket, asio::buffer(request)); // expected-warning {{`head_size` blocks its thread: it calls `boost::asio::write`}}
  asio::streambuf buffer;
  co_await asio::async_read_until(socket, buffer, "\r\n\r\n", use_awaitable);
  asio::read(socket, buffer, asio::transfer_at_least(1)); // expected-warning {{`head_size` blocks its thread: it calls `boost::asio::read`}}
  co_return buffer.size();
}

awaitable<bool> is_image(place from) {
  tcp::socket socket = co_await open(from.host);
  asio::streambuf buffer;
  body_parts parts(socket, buffer);
  auto first = co_await parts.next(); // expected-note {{the step is here}}
  const bool png = first->starts_with("\x89PNG"); // expected-warning {{`first` is read without a test for end}}
  if (!png)
    parts.next(); // expected-warning {{`next` is called but never awaited}}
  co_return png || first->starts_with("GIF");
}

awaitable<response> get_from_any(std::vector<place> mirrors) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (const place &mirror : mirrors) {
    timer.expires_after(10s);
    auto result = co_await (get(mirror) || timer.async_wait(use_awaitable));
    if (auto *answer = std::get_if<response>(&result); answer && answer->status == 200)
      co_return std::move(*answer);
    timer.expires_after(1s);
    timer.wait(); // expected-warning {{`get_from_any` blocks its thread: it calls `boost::asio::basic_waitable_timer::wait`}}
  }
  throw std::runtime_error("no mirror answers");
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  asio::io_context io;
  const place wanted{argv[1], argv[2]};
  asio::co_spawn(io, get_from_any({wanted, wanted}), [](std::exception_ptr error, response answer) {
    std::cout << (error ? std::string("failed") : answer.body) << '\n';
  });
  asio::co_spawn(io, head_size(wanted), asio::detached);
  asio::co_spawn(io, is_image(wanted), asio::detached);
  io.run();
}
