// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gets pages by HTTP/1.1, follows redirections, and prints the size of each.
#include "shared/log.h"
#include "shared/net.h"

#include <boost/asio/read.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string_view>
#include <vector>

using namespace app;

namespace {

const logger out("http");

struct url {
  std::string host, port = "80", path = "/";
};

url parse(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (!text.starts_with(scheme))
    throw std::invalid_argument("not http: " + std::string(text));
  text.remove_prefix(scheme.size());
  url found;
  const auto slash = text.find('/');
  found.host = text.substr(0, slash);
  if (slash != text.npos)
    found.path = text.substr(slash);
  if (const auto colon = found.host.find(':'); colon != std::string::npos) {
    found.port = found.host.substr(colon + 1);
    found.host.resize(colon);
  }
  return found;
}

struct response {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

class connection {
public:
  explicit connection(asio::any_io_executor on) : socket_(on), resolver_(on) {}

  awaitable<void> open(const url &to) {
    const auto found = co_await resolver_.async_resolve(to.host, to.port, use_awaitable);
    error_code error;
    for (const auto &each : found) {
      socket_.close(error);
      co_await socket_.async_connect(each.endpoint(), asio::redirect_error(use_awaitable, error));
      if (!error)
        co_return;
    }
    throw boost::system::system_error(error, to.host);
  }

  awaitable<response> get(const url &what) {
    const std::string request =
        "GET " + what.path + " HTTP/1.1\r\nHost: " + what.host + "\r\nConnection: close\r\n\r\n";
    co_await asio::async_write(socket_, asio::buffer(request), use_awaitable);
    response result;
    std::string status = co_await line();
    const auto space = status.find(' ');
    std::from_chars(status.data() + space + 1, status.data() + status.size(), result.status);
    for (std::string header = co_await line(); !header.empty(); header = co_await line())
      if (const auto colon = header.find(": "); colon != std::string::npos)
        result.headers[lower(header.substr(0, colon))] = header.substr(colon + 2);
    error_code error;
    co_await asio::async_read(socket_, asio::dynamic_buffer(buffer_),
                              asio::redirect_error(use_awaitable, error));
    if (error != asio::error::eof)
      throw boost::system::system_error(error);
    result.body = std::move(buffer_);
    co_return result;
  }

private:
  awaitable<std::string> line() {
    const std::size_t size = co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_, 1 << 16),
                                                             "\r\n", use_awaitable);
    std::string found = buffer_.substr(0, size - 2);
    buffer_.erase(0, size);
    co_return found;
  }

  tcp::socket socket_;
  tcp::resolver resolver_;
  std::string buffer_;
};

awaitable<void> fetch(std::string address, int redirections = 5) {
  for (; redirections >= 0; --redirections) {
    const url where = parse(address);
    connection to(co_await asio::this_coro::executor);
    co_await to.open(where);
    response got = co_await to.get(where);
    if (got.status < 300 || got.status >= 400) {
      out.info(address, ": ", got.status, ", ", got.body.size(), " bytes");
      co_return;
    }
    address = got.headers["location"];
  }
  out.warn(address, ": too many redirections");
}

} // namespace

int main(int argc, char **argv) {
  asio::io_context io;
  for (const std::string &each : std::vector<std::string>(argv + 1, argv + argc))
    asio::co_spawn(io, fetch(each), telling(out));
  io.run();
}
