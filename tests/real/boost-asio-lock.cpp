// REQUIRES: boost-asio
// RUN: %verify %s
//
// A mutex and Boost.Asio's awaits, of which some never suspend.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>

namespace asio = boost::asio;

std::mutex guard;
int connections;

asio::awaitable<void> counted_ok() {
  std::lock_guard lock(guard);
  auto executor = co_await asio::this_coro::executor;
  co_await asio::this_coro::throw_if_cancelled(true);
  if (executor)
    ++connections;
}

asio::awaitable<std::size_t> read_bad(asio::ip::tcp::socket &from, char *to) {
  std::lock_guard lock(guard); // expected-warning {{`lock` holds `guard` while `read_bad` is suspended}} expected-note {{`asio::strand`}}
  co_return co_await from.async_read_some(asio::buffer(to, 1), asio::use_awaitable); // expected-note {{`async_read_some` is awaited}}
}
