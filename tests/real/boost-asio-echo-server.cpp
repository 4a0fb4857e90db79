// REQUIRES: boost-asio
// RUN: %verify %s
//
// An echo server with idle timeouts, a greeting from a file, an access log and
// an orderly shutdown, on Boost.Asio's awaitable.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <variant>
#include <vector>
// expected-note@* 1+ {{instead}}

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

namespace {

constexpr auto as_result = asio::experimental::as_tuple(use_awaitable);

struct statistics {
  std::atomic<int> sessions = 0;
  std::atomic<long> bytes = 0;
};

// Lines for the access log, written by whoever calls flush().
class access_log {
public:
  explicit access_log(std::string path) : path_(std::move(path)) {}

  void add(std::string line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }

  void flush() {
    std::vector<std::string> lines;
    {
      std::lock_guard lock(mutex_);
      lines.swap(lines_);
    }
    std::ofstream out(path_, std::ios::app); // expected-note {{`access_log::flush` calls the constructor of `std::basic_ofstream`, which opens a file}}
    for (const auto &line : lines)
      out << line << '\n';
  }

private:
  std::string path_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

struct server_state {
  statistics counters;
  access_log log{"access.log"};
  tcp::endpoint monitor{asio::ip::address_v4::loopback(), 7008};
  asio::thread_pool workers{1};
};

awaitable<void> timeout(std::chrono::steady_clock::duration limit) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(limit);
  co_await timer.async_wait(use_awaitable);
}

std::string describe(const tcp::socket &socket, long bytes) {
  std::ostringstream text;
  boost::system::error_code ignored;
  text << socket.remote_endpoint(ignored) << ' ' << bytes << " bytes";
  return text.str();
}

std::string greeting() {
  std::ifstream in("/etc/motd"); // expected-note {{`greeting` calls the constructor of `std::basic_ifstream`}}
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Tells the monitor, in its one-line protocol, on a connection of its own.
void notify(const tcp::endpoint &monitor, const std::string &line) {
  asio::io_context io;
  tcp::socket socket(io);
  socket.connect(monitor);                 // expected-note {{`notify` calls `boost::asio::basic_socket::connect`, which waits until the peer answers}}
  asio::write(socket, asio::buffer(line));
}

awaitable<void> echo(tcp::socket socket, server_state &state) {
  ++state.counters.sessions;
  long total = 0;
  try {
    const std::string welcome = greeting(); // expected-warning {{`echo` blocks its thread: it calls `greeting`}}
    co_await asio::async_write(socket, asio::buffer(welcome), use_awaitable);

    char data[4096];
    for (;;) {
      auto result = co_await (socket.async_read_some(asio::buffer(data), use_awaitable) || timeout(30s));
      if (result.index() == 1)
        break;
      const std::size_t n = std::get<0>(result);
      co_await asio::async_write(socket, asio::buffer(data, n), use_awaitable);
      total += static_cast<long>(n);
    }
    const std::string bye = "too slow, good bye\n";
    co_await asio::async_write(socket, asio::buffer(bye), use_awaitable);
  } catch (const boost::system::system_error &error) {
    if (error.code() != asio::error::eof)
      std::cerr << error.what() << '\n';
  }
  state.counters.bytes += total;
  state.log.add(describe(socket, total));
  if (total > 1'000'000)
    notify(state.monitor, "greedy\n"); // expected-warning {{`echo` blocks its thread: it calls `notify`}}
  --state.counters.sessions;
}

// Writing the log is no work for the loop.
awaitable<void> write_log(server_state &state) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(5s);
    auto [error] = co_await timer.async_wait(as_result);
    if (error)
      break;
    asio::post(state.workers, [&state] { state.log.flush(); });
  }
  state.log.flush(); // expected-warning {{`write_log` blocks its thread: it calls `access_log::flush`}}
}

awaitable<void> listen(unsigned short port, server_state &state) {
  auto executor = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(executor, {tcp::v4(), port});
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (error == asio::error::operation_aborted)
      co_return;
    if (error) {
      // Out of descriptors, most likely.
      std::this_thread::sleep_for(100ms); // expected-warning {{`listen` blocks its thread: it calls `std::this_thread::sleep_for`}}
      continue;
    }
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(executor, echo(std::move(socket), state), asio::detached);
  }
}

awaitable<void> report(const server_state &state) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(1min);
    co_await timer.async_wait(use_awaitable);
    std::cout << state.counters.sessions << " sessions, " << state.counters.bytes << " bytes" << std::endl;
    std::printf("%d open\n", state.counters.sessions.load());
  }
}

awaitable<void> run_until_interrupted(unsigned short port, server_state &state) {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  co_await (listen(port, state) || write_log(state) || report(state) || signals.async_wait(use_awaitable));
}

} // namespace

int main(int argc, char **argv) {
  const int port = argc > 1 ? std::stoi(argv[1]) : 7007;
  asio::io_context io(1);
  server_state state;
  asio::co_spawn(io, run_until_interrupted(static_cast<unsigned short>(port), state), [](std::exception_ptr error) {
    if (error)
      std::rethrow_exception(error);
  });
  std::thread watcher([&io] { io.run(); });
  io.run();
  watcher.join();
  state.workers.join();
  state.log.flush();
}
