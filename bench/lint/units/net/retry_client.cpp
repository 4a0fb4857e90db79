// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tries again, later each time, until a server answers. It waits by std::this_thread, in a function of its
// own: a mistake.
#include "shared/log.h"
#include "shared/net.h"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <thread>

using namespace app;
using namespace std::chrono_literals;

namespace {

const logger out("retry");

class backoff {
public:
  backoff(std::chrono::milliseconds first, std::chrono::milliseconds most) : next_(first), most_(most) {}

  std::chrono::milliseconds next() {
    const auto now = next_;
    next_ = std::min(most_, next_ * 2);
    std::uniform_int_distribution<std::chrono::milliseconds::rep> jitter(0, now.count() / 4);
    return now + std::chrono::milliseconds(jitter(random_));
  }

private:
  std::chrono::milliseconds next_, most_;
  std::mt19937 random_{std::random_device{}()};
};

void wait_a_little(std::chrono::milliseconds how_long) {
  out.info("again in ", how_long.count(), " ms");
  std::this_thread::sleep_for(how_long);
}

awaitable<std::string> ask(tcp::endpoint server, std::string question) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(server, use_awaitable);
  co_await send_line(socket, std::move(question));
  line_reader answers(socket);
  auto answer = co_await answers.next();
  if (!answer)
    throw std::runtime_error("no answer");
  co_return *answer;
}

awaitable<std::string> ask_until_answered(tcp::endpoint server, std::string question, int tries) {
  backoff pause(50ms, 5s);
  for (int attempt = 1;; ++attempt) {
    std::string why;
    try {
      co_return co_await ask(server, question);
    } catch (const boost::system::system_error &error) {
      if (attempt == tries || error.code() == asio::error::operation_aborted)
        throw;
      why = error.code().message();
    }
    out.warn("attempt ", attempt, ": ", why);
    wait_a_little(pause.next());
  }
}

awaitable<void> run(tcp::endpoint server) {
  for (const std::string question : {"time", "load", "users"}) {
    const std::string answer = co_await ask_until_answered(server, question, 8);
    out.info(question, ": ", answer);
  }
}

} // namespace

int main() {
  asio::io_context io;
  asio::co_spawn(io, run({asio::ip::address_v4::loopback(), 1300}), telling(out));
  io.run();
}
