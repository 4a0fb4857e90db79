// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sends what is appended to a journal to whoever connects. It asks the disk from within the coroutine,
// through two functions, of which one is in another file: a mistake.
#include "shared/log.h"
#include "shared/net.h"
#include "shared/storage.h"

#include <memory>
#include <set>
#include <vector>

using namespace app;
using namespace std::chrono_literals;

namespace {

const logger out("tail");

struct audience {
  std::set<std::shared_ptr<tcp::socket>> listeners;
  std::size_t sent = 0;
};

class follower {
public:
  explicit follower(std::string path) : source_(std::move(path)) {}

  /// What is new since the last time.
  std::vector<std::string> fresh() {
    std::vector<std::string> lines = source_.last(100);
    std::size_t known = lines.size();
    while (known != 0 && lines[known - 1] != newest_)
      --known;
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(known));
    if (!lines.empty())
      newest_ = lines.back();
    return lines;
  }

private:
  journal source_;
  std::string newest_;
};

awaitable<void> tell(std::shared_ptr<tcp::socket> one, std::string line, audience &all) {
  try {
    co_await send_line(*one, std::move(line));
    ++all.sent;
  } catch (const boost::system::system_error &) {
    all.listeners.erase(one);
  }
}

awaitable<void> follow(std::string path, audience &all) {
  follower source(std::move(path));
  for (;;) {
    const std::vector<std::string> lines = source.fresh();
    const std::vector<std::shared_ptr<tcp::socket>> now(all.listeners.begin(), all.listeners.end());
    for (const std::string &line : lines)
      for (const auto &each : now)
        co_await tell(each, line, all);
    co_await sleep_for(500ms);
  }
}

awaitable<void> listen(tcp::acceptor acceptor, audience &all) {
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(use_awaitable);
    all.listeners.insert(std::make_shared<tcp::socket>(std::move(client)));
    out.info(all.listeners.size(), " listen");
  }
}

} // namespace

int main(int argc, char **argv) {
  asio::io_context io(1);
  audience all;
  asio::co_spawn(io, follow(argc > 1 ? argv[1] : "journal.log", all), telling(out));
  asio::co_spawn(io, listen(tcp::acceptor(io, {tcp::v4(), 5140}), all), telling(out));
  io.run();
}
