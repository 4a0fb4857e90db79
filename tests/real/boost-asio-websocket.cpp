// REQUIRES: boost-asio
// RUN: %verify %s
//
// A client of a websocket feed with Boost.Beast: reconnects with a back-off,
// subscribes, hands messages out as a stream, and fetches a snapshot by HTTP
// before.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

struct address {
  std::string host, port, target;
};

using feed_socket = websocket::stream<beast::tcp_stream>;

/// The messages of a feed. A closed connection is its end.
class feed {
public:
  explicit feed(feed_socket socket) : socket_(std::move(socket)) {}

  awaitable<std::optional<std::string>> next() {
    beast::flat_buffer buffer;
    auto [error, size] =
        co_await socket_.async_read(buffer, asio::experimental::as_tuple(use_awaitable));
    if (error == websocket::error::closed || error == asio::error::eof)
      co_return std::nullopt;
    if (error)
      throw beast::system_error(error);
    co_return beast::buffers_to_string(buffer.data());
  }

  awaitable<void> close() {
    co_await socket_.async_close(websocket::close_code::normal, use_awaitable);
  }

private:
  feed_socket socket_;
};

awaitable<feed> open(const address &server, std::string channel) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  const auto found = co_await resolver.async_resolve(server.host, server.port, use_awaitable);
  feed_socket socket(executor);
  beast::get_lowest_layer(socket).expires_after(10s);
  co_await beast::get_lowest_layer(socket).async_connect(found, use_awaitable);
  beast::get_lowest_layer(socket).expires_never();
  socket.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
  socket.set_option(websocket::stream_base::decorator([](websocket::request_type &request) {
    request.set(http::field::user_agent, "feed/1.0");
  }));
  co_await socket.async_handshake(server.host, server.target, use_awaitable);
  co_await socket.async_write(asio::buffer("subscribe " + channel), use_awaitable);
  co_return feed(std::move(socket));
}

/// The snapshot that the feed's changes apply to, the quick way.
std::string fetch(const address &server) {
  asio::io_context io;
  tcp::resolver resolver(io);
  beast::tcp_stream stream(io);
  stream.connect(resolver.resolve(server.host, server.port)); // expected-note {{`fetch` calls `boost::asio::ip::basic_resolver::resolve`, which waits for the name server}}
  http::request<http::empty_body> request{http::verb::get, server.target, 11};
  request.set(http::field::host, server.host);
  http::write(stream, request);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(stream, buffer, response);
  return response.body();
}

awaitable<std::string> fetch_async(address server) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  beast::tcp_stream stream(executor);
  const auto found = co_await resolver.async_resolve(server.host, server.port, use_awaitable);
  co_await stream.async_connect(found, use_awaitable);
  http::request<http::empty_body> request{http::verb::get, server.target, 11};
  request.set(http::field::host, server.host);
  co_await http::async_write(stream, request, use_awaitable);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  co_await http::async_read(stream, buffer, response, use_awaitable);
  beast::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
  co_return std::move(response.body());
}

/// `key=value` lines.
std::vector<std::pair<std::string, std::string>> parse(const std::string &text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (const auto middle = line.find('='); middle != std::string::npos)
      pairs.emplace_back(line.substr(0, middle), line.substr(middle + 1));
  return pairs;
}

using on_change = std::function<void(const std::string &key, const std::string &value)>;

awaitable<void> follow(address server, address snapshot, on_change changed) {
  const std::string start = fetch(snapshot); // expected-warning {{`follow` blocks its thread: it calls `fetch`}} expected-note {{instead}}
  for (auto &[key, value] : parse(start))
    changed(key, value);

  feed changes = co_await open(server, "changes");
  auto hello = co_await changes.next(); // expected-note {{the step is here}}
  if (hello->find("version=2") == std::string::npos) // expected-warning {{`hello` is read without a test for end}}
    throw std::runtime_error("another version");
  changes.next(); // expected-warning {{`next` is called but never awaited}}
  while (auto message = co_await changes.next())
    for (auto &[key, value] : parse(*message))
      changed(key, value);
}

awaitable<void> follow_for_ever(address server, address snapshot, on_change changed) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (auto pause = 1s;; pause = std::min(pause * 2, 60s)) {
    try {
      for (auto &[key, value] : parse(co_await fetch_async(snapshot)))
        changed(key, value);
      feed changes = co_await open(server, "changes");
      const std::optional<std::string> hello = co_await changes.next();
      if (!hello || !hello->starts_with("hello"))
        throw beast::system_error(websocket::error::bad_http_version);
      pause = 1s;
      for (;;) {
        auto message = co_await changes.next();
        if (!message)
          break;
        for (auto &[key, value] : parse(*message))
          changed(key, value);
      }
    } catch (const beast::system_error &problem) {
      if (problem.code() == asio::error::operation_aborted)
        throw;
      std::cerr << server.host << ": " << problem.what() << '\n';
    }
    timer.expires_after(pause);
    co_await timer.async_wait(use_awaitable);
  }
}

/// Asks two feeds for the first word and takes the newer one.
awaitable<std::string> newest(address one, address other, bool rewarm) {
  feed left = co_await open(one, "head");
  feed right = co_await open(other, "head");
  auto first = co_await left.next();
  auto second = co_await right.next(); // expected-note {{the step is here}}
  if (rewarm)
    std::system("systemctl restart feed-cache"); // expected-warning {{`newest` blocks its thread: it calls `::system`}} expected-note {{instead}}
  if (!first)
    co_return *second; // expected-warning {{`second` is read without a test for end}}
  co_await right.close();
  co_return second ? std::max(*first, *second) : *first;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  asio::io_context io;
  const address server{argv[1], argv[2], "/feed"}, snapshot{argv[1], argv[3], "/snapshot"};
  auto print = [](const std::string &key, const std::string &value) { std::cout << key << ": " << value << '\n'; };
  asio::co_spawn(io, follow(server, snapshot, print), [](std::exception_ptr) {});
  asio::co_spawn(io, follow_for_ever(server, snapshot, print), [](std::exception_ptr) {});
  asio::co_spawn(io, newest(server, server, false), [](std::exception_ptr, std::string) {});
  std::cout << fetch(snapshot);
  io.run();
}
