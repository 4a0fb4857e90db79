// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts words in what clients send, on several threads, with a strand for what they share. The first line of
// each client is read without a look at the end: a mistake.
#include "shared/log.h"
#include "shared/net.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

using namespace app;

namespace {

const logger out("words");

using counts = std::map<std::string, std::size_t>;

counts count_words(const std::string &line) {
  counts found;
  std::string word;
  for (const char each : line + ' ')
    if (std::isalpha(static_cast<unsigned char>(each))) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
    } else if (!word.empty()) {
      ++found[word];
      word.clear();
    }
  return found;
}

class register_of_words {
public:
  explicit register_of_words(asio::any_io_executor on) : strand_(asio::make_strand(on)) {}

  awaitable<void> add(counts more) {
    co_await asio::dispatch(strand_, use_awaitable);
    for (const auto &[word, count] : more)
      all_[word] += count;
  }

  awaitable<std::vector<std::pair<std::string, std::size_t>>> top(std::size_t how_many) {
    co_await asio::dispatch(strand_, use_awaitable);
    std::vector<std::pair<std::string, std::size_t>> sorted(all_.begin(), all_.end());
    std::ranges::sort(sorted, std::ranges::greater(), &std::pair<std::string, std::size_t>::second);
    sorted.resize(std::min(sorted.size(), how_many));
    co_return sorted;
  }

private:
  asio::strand<asio::any_io_executor> strand_;
  counts all_;
};

awaitable<void> serve(tcp::socket client, register_of_words &words) {
  line_reader lines(client);
  auto greeting = co_await lines.next();
  out.info("a client says ", *greeting);
  while (auto line = co_await lines.next()) {
    if (*line == "?") {
      for (const auto &[word, count] : co_await words.top(5))
        co_await send_line(client, word + ' ' + std::to_string(count));
      continue;
    }
    co_await words.add(count_words(*line));
  }
}

awaitable<void> listen(unsigned short port, register_of_words &words) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(executor, {tcp::v4(), port});
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(asio::make_strand(executor), use_awaitable);
    const auto on = client.get_executor();
    asio::co_spawn(on, serve(std::move(client), words), telling(out));
  }
}

} // namespace

int main() {
  asio::thread_pool threads(4);
  register_of_words words(threads.get_executor());
  asio::co_spawn(threads, listen(4000, words), telling(out));
  threads.join();
}
