// REQUIRES: boost-asio
// RUN: %verify %s
//
// Idioms of Boost.Asio that look like something else: streams over memory, work
// on a pool, and sockets between awaited and synchronous operations.
// expected-note@* 1+ {{instead}}
#include <boost/asio.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

awaitable<void> lines(tcp::socket socket) {
  asio::streambuf buffer;
  co_await asio::async_read_until(socket, buffer, "\r\n", use_awaitable);
  std::istream in(&buffer);
  std::string version, line;
  int status;
  in >> version >> status;
  std::getline(in, line);
  while (std::getline(in, line) && line != "\r")
    std::cout << line;
}
awaitable<std::string> iterators(tcp::socket socket) {
  asio::streambuf buffer;
  co_await asio::async_read_until(socket, buffer, '\n', use_awaitable);
  co_return std::string(std::istreambuf_iterator<char>(&buffer), {});
}
int parse(std::istream &in) {
  int status;
  in >> status;
  return status;
}
awaitable<int> through_helper(tcp::socket socket) {
  asio::streambuf buffer;
  co_await asio::async_read_until(socket, buffer, '\n', use_awaitable);
  std::istream in(&buffer);
  co_return parse(in);
}
awaitable<int> helper_memory(std::string s) {
  std::istringstream in(s);
  co_return parse(in);
}
awaitable<int> stringbuf(std::string s) {
  std::stringbuf memory(s);
  std::istream in(&memory);
  co_return parse(in);
}
awaitable<int> member_rdbuf(std::string s) {
  std::istringstream text(s);
  std::istream in(text.rdbuf());
  int n;
  in >> n;
  co_return n;
}
awaitable<void> request(tcp::socket socket) {
  asio::streambuf buffer;
  std::ostream out(&buffer);
  out << "GET / HTTP/1.0\r\n\r\n" << std::flush;
  co_await asio::async_write(socket, buffer, use_awaitable);
}

awaitable<void> echo_once(tcp::socket socket) {
  char data[10];
  auto n = co_await socket.async_read_some(asio::buffer(data), use_awaitable);
  asio::write(socket, asio::buffer(data, n)); // expected-warning {{`echo_once` blocks its thread: it calls `boost::asio::write`}}
}
awaitable<tcp::socket> open();
awaitable<void> from_a_coroutine() {
  tcp::socket socket = co_await open();
  char data[10];
  asio::write(socket, asio::buffer(data)); // expected-warning {{`from_a_coroutine` blocks its thread}}
}
awaitable<void> connected(tcp::socket socket, tcp::endpoint to) {
  co_await socket.async_connect(to, use_awaitable);
  char data[10];
  asio::read(socket, asio::buffer(data)); // expected-warning {{`connected` blocks its thread: it calls `boost::asio::read`}}
}
awaitable<void> accepted(tcp::acceptor acceptor) {
  tcp::socket first = co_await acceptor.async_accept(use_awaitable);
  tcp::socket second = acceptor.accept(); // expected-warning {{`accepted` blocks its thread}}
}
awaitable<void> waited(tcp::socket socket) {
  char data[10];
  co_await socket.async_wait(tcp::socket::wait_read, use_awaitable);
  socket.read_some(asio::buffer(data));
}
awaitable<void> non_blocking(tcp::socket socket) {
  char data[10];
  socket.non_blocking(true);
  co_await socket.async_read_some(asio::buffer(data), use_awaitable);
  boost::system::error_code error;
  socket.write_some(asio::buffer(data), error);
}

std::string load(std::string name) {
  std::ifstream in(name);
  std::string line;
  std::getline(in, line); // expected-note 1+ {{`load` calls `std::getline`}}
  return line;
}
awaitable<void> pool_last(std::string name, asio::thread_pool &workers) {
  load(name); // expected-warning {{`pool_last` blocks its thread: it calls `load`}}
  co_return;
}
awaitable<void> called_with_pool(asio::thread_pool &workers, std::string name) {
  load(name); // expected-warning {{`called_with_pool` blocks its thread}}
  co_return;
}
awaitable<void> awaits(asio::thread_pool &workers) { co_await called_with_pool(workers, "a"); load("x"); } // expected-warning {{`awaits` blocks its thread}}
awaitable<void> not_called(asio::thread_pool &workers, std::string name) {
  load(name); // expected-warning {{`not_called` blocks its thread}}
  co_return;
}
void f(asio::io_context &io, asio::thread_pool&workers) {
  asio::co_spawn(io, pool_last("a", workers), asio::detached);
  asio::co_spawn(io, awaits(workers), asio::detached);
}
awaitable<std::string> first_line(std::string name) {
  std::ifstream in(name);
  std::string line;
  std::getline(in, line);
  co_return line;
}
awaitable<void> good(asio::thread_pool &pool) {
  co_await asio::co_spawn(pool, first_line("a"), asio::use_awaitable);
  co_await asio::co_spawn(pool, []() -> awaitable<void> {
    std::ifstream in("b");
    std::string line;
    std::getline(in, line);
    co_return;
  }, asio::use_awaitable);
}
awaitable<std::string> other_line(std::string name) {
  std::ifstream in(name);
  std::string line;
  std::getline(in, line); // expected-warning {{`other_line` blocks its thread}}
  co_return line;
}
awaitable<void> bad() { co_await other_line("a"); }
asio::awaitable<void> print(asio::experimental::coro<int> source) {
  source.async_resume(asio::use_awaitable); // expected-warning {{never awaited}}
  while (auto one = co_await source.async_resume(asio::use_awaitable))
    std::printf("%d", *one);
}
asio::awaitable<void> first(asio::experimental::coro<int> source) {
  auto one = co_await source.async_resume(asio::use_awaitable); // expected-note {{the step is here}}
  std::printf("%d", *one); // expected-warning {{`one` is read without a test for end}}
}
