// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the programs with sockets have in common.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace app {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using error_code = boost::system::error_code;
using clock = std::chrono::steady_clock;

/// The lines of a socket, one at a time; nothing at its end.
class line_reader {
public:
  explicit line_reader(tcp::socket &from, std::size_t longest = 4096) : from_(from), longest_(longest) {}

  awaitable<std::optional<std::string>> next() {
    error_code error;
    const std::size_t size = co_await asio::async_read_until(
        from_, asio::dynamic_buffer(received_, longest_), '\n', asio::redirect_error(use_awaitable, error));
    if (error)
      co_return std::nullopt;
    std::string line = received_.substr(0, size - 1);
    received_.erase(0, size);
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    co_return line;
  }

private:
  tcp::socket &from_;
  std::size_t longest_;
  std::string received_;
};

inline awaitable<void> sleep_for(clock::duration how_long) {
  asio::steady_timer timer(co_await asio::this_coro::executor, how_long);
  co_await timer.async_wait(use_awaitable);
}

inline awaitable<void> send_line(tcp::socket &to, std::string line) {
  line += "\r\n";
  co_await asio::async_write(to, asio::buffer(line), use_awaitable);
}

/// Whether `work` ended in time; if not, it was cancelled.
inline awaitable<bool> finishes_within(clock::duration limit, awaitable<void> work) {
  using namespace asio::experimental::awaitable_operators;
  const auto first = co_await (std::move(work) || sleep_for(limit));
  co_return first.index() == 0;
}

/// For co_spawn: tells of what ended badly.
template <class Log> auto telling(const Log &log) {
  return [&log](std::exception_ptr failed) {
    try {
      if (failed)
        std::rethrow_exception(failed);
    } catch (const std::exception &error) {
      log.error(error.what());
    }
  };
}

} // namespace app
