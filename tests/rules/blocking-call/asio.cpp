// RUN: %verify %s
// RUN: %verify -DSHAPE_BOOST %s
//
// Asio, standalone and Boost: the synchronous twins of its operations, and
// running the loop from inside.
#include "stand-ins/asio.h"
// expected-note@* 1+ {{instead}}
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

awaitable<void> operations_bad(tcp::socket &socket, tcp::resolver &resolver, tcp::acceptor &acceptor) {
  char data[16];
  asio::read(socket, asio::buffer(data));                // expected-warning {{asio::read`}}
  asio::write(socket, asio::buffer(data));               // expected-warning {{asio::write`}}
  asio::read_until(socket, asio::buffer(data), '\n');    // expected-warning {{asio::read_until`}}
  socket.read_some(asio::buffer(data));                  // expected-warning {{read_some`}}
  socket.write_some(asio::buffer(data));                 // expected-warning {{write_some`}}
  auto found = resolver.resolve("example.org", "http");  // expected-warning {{resolve`}}
  asio::connect(socket, found);                          // expected-warning {{asio::connect`}}
  acceptor.accept();                                     // expected-warning {{accept`}}
  co_return;
}

// Only where there is a connection does somebody answer.
awaitable<void> connect_bad(tcp::socket &socket, const tcp::endpoint &peer) {
  socket.connect(peer); // expected-warning {{connect`}}
  co_return;
}
awaitable<void> connect_ok(asio::ip::udp::socket &socket, asio::ip::udp::endpoint peer) {
  socket.connect(peer);
  co_return;
}

awaitable<void> timer_bad(asio::io_context &io) {
  asio::steady_timer timer(io);
  timer.wait(); // expected-warning {{wait`}}
  co_return;
}

awaitable<void> loop_bad(asio::io_context &io, asio::thread_pool &pool) {
  io.run();     // expected-warning {{asio::io_context::run`}}
  io.run_one(); // expected-warning {{asio::io_context::run_one`}}
  pool.join();  // expected-warning {{asio::thread_pool::join`}}
  co_return;
}

asio::experimental::generator<int> generator_bad(asio::io_context &io) {
  io.run_one(); // expected-warning {{`generator_bad` blocks the event loop between items}}
  co_yield 1;
}

awaitable<void> operations_ok(tcp::socket &socket, tcp::resolver &resolver, tcp::acceptor &acceptor,
                              asio::io_context &io) {
  char data[16];
  co_await asio::async_read(socket, asio::buffer(data), use_awaitable);
  co_await asio::async_write(socket, asio::buffer(data), use_awaitable);
  co_await socket.async_read_some(asio::buffer(data), use_awaitable);
  co_await resolver.async_resolve("example.org", "http", use_awaitable);
  auto peer = co_await acceptor.async_accept(use_awaitable);
  asio::steady_timer timer(io);
  timer.expires_after(std::chrono::seconds(1));
  co_await timer.async_wait(use_awaitable);
  io.stop();
}

// What is posted to a pool blocks the pool's thread, not this one.
awaitable<void> posted_ok(asio::thread_pool &pool, tcp::socket &socket) {
  asio::post(pool, [&socket] {
    char data[16];
    asio::read(socket, asio::buffer(data));
  });
  co_return;
}

awaitable<void> session(tcp::socket socket);
awaitable<void> spawned_ok(asio::io_context &io) {
  asio::co_spawn(io, session(tcp::socket(io)), asio::detached);
  co_return;
}

int main() {
  asio::io_context io;
  asio::co_spawn(io, spawned_ok(io), asio::detached);
  io.run();
}
