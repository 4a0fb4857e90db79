// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A reader of length-prefixed frames on plain sockets, with recorded sessions replayed before the live one,
// and a check that two servers send the same. Usage: wrong <host> <port> <directory of recordings>

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/task.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

class connection {
public:
  connection(const std::string &host, const std::string &port) : fd_(dial(host, port)) {}
  connection(const connection &) = delete;
  connection &operator=(const connection &) = delete;
  ~connection() { ::close(fd_); }

  bool read_exactly(char *to, std::size_t size) {
    while (size > 0) {
      const ssize_t got = ::recv(fd_, to, size, 0);
      if (got <= 0)
        return false;
      to += got;
      size -= static_cast<std::size_t>(got);
    }
    return true;
  }

private:
  static int dial(const std::string &host, const std::string &port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
      throw std::runtime_error("unknown host " + host);
    const int fd = ::socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    const int failed = ::connect(fd, found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    if (failed)
      throw std::runtime_error("cannot connect to " + host);
    return fd;
  }

  int fd_;
};

bool read_frame(connection &from, std::string &payload) {
  unsigned char prefix[4];
  if (!from.read_exactly(reinterpret_cast<char *>(prefix), sizeof prefix))
    return false;
  std::uint32_t size = 0;
  for (unsigned char byte : prefix)
    size = size << 8 | byte;
  payload.resize(size);
  return from.read_exactly(payload.data(), size);
}

asynciter::async_generator<std::string> frames(std::string host, std::string port) {
  connection server(host, port);
  std::string payload;
  while (read_frame(server, payload))
    co_yield payload;
}

asynciter::async_generator<std::string> recordings(std::filesystem::path directory) {
  for (const auto &entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    co_yield std::move(text);
  }
}

asynciter::task<void> print_session(std::string host, std::string port) {
  auto stream = frames(host, port);
  auto it = co_await stream.begin();
  std::cout << "greeting: " << *it << '\n';

  ++it; // the frame after the greeting is padding
  co_await ++it;
  std::cout << "topic: " << it->c_str() << '\n';

  for (; it != stream.end(); co_await ++it)
    std::cout << it->size() << " bytes\n";
}

asynciter::task<bool> same_frames(std::string host, std::string port, std::string mirror_port) {
  auto original = frames(host, port);
  auto mirror = frames(host, mirror_port);
  while (auto expected = co_await original.next()) {
    auto actual = co_await mirror.next();
    if (*actual != *expected)
      co_return false;
  }
  co_return true;
}

asynciter::task<void> show(std::string host, std::string port, std::filesystem::path directory) {
  auto recorded = recordings(directory);
  while (auto session = co_await recorded.next())
    std::cout << "recorded: " << session->size() << " bytes\n";
  co_await print_session(host, port);
  if (!co_await same_frames(host, port, port))
    std::cout << "the mirror differs\n";
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  asynciter::run(show(argv[1], argv[2], argv[3]));
}
