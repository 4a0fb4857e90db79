// REQUIRES: asio
// RUN: %verify -DASIO_HAS_STD_COROUTINE -DASIO_HAS_CO_AWAIT %s
//
// Follows log files with standalone Asio: inotify on a stream_descriptor, a
// generator of lines, filters on top of it, and a summary over old files.
#include <asio/any_io_executor.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/coro.hpp>
#include <asio/experimental/use_coro.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/inotify.h>
// expected-note@* 1+ {{instead}}

namespace fs = std::filesystem;
using asio::awaitable;
using asio::use_awaitable;
using asio::experimental::coro;

namespace {

enum class level { debug, info, warning, error };

struct entry {
  level severity = level::info;
  std::string text;
};

entry parse(std::string_view line) {
  std::istringstream words{std::string(line)};
  std::string word;
  words >> word;
  entry parsed;
  parsed.severity = word == "E" ? level::error : word == "W" ? level::warning : level::info;
  std::getline(words, parsed.text);
  return parsed;
}

// What has been appended, whenever something has been. It is there already
// when the event comes, so reading it waits for nobody but the disk.
coro<std::string> appended(asio::any_io_executor executor, fs::path file) {
  asio::posix::stream_descriptor events(executor, ::inotify_init1(IN_CLOEXEC));
  ::inotify_add_watch(events.native_handle(), file.c_str(), IN_MODIFY);
  std::ifstream in(file); // expected-warning {{`appended` blocks the event loop between items}}
  in.seekg(0, std::ios::end);
  alignas(inotify_event) char buffer[4096];
  for (;;) {
    co_await events.async_read_some(asio::buffer(buffer), asio::experimental::use_coro);
    std::ostringstream text;
    text << in.rdbuf();
    in.clear();
    co_yield std::move(text).str();
  }
}

coro<entry> entries(coro<std::string> source) {
  std::string pending;
  while (auto part = co_await source) {
    pending += *part;
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      co_yield parse(std::string_view(pending).substr(0, end));
      pending.erase(0, end + 1);
    }
  }
}

// The entries of the old files, before the followed one.
coro<entry> history(asio::any_io_executor, fs::path directory) {
  for (const auto &old : fs::directory_iterator(directory)) { // expected-warning {{`history` goes through a sync range that blocks}}
    if (old.path().extension() != ".log")
      continue;
    std::ifstream in(old.path());
    for (std::string line; std::getline(in, line);) // expected-warning {{it calls `std::getline`}}
      co_yield parse(line);
  }
}

coro<entry> only(coro<entry> source, level least) {
  for (;;) {
    auto one = co_await source; // expected-note {{the step is here}}
    if (one->severity >= least) // expected-warning {{`one` is read without a test for end}}
      co_yield std::move(*one);
  }
}

coro<entry> first_of(coro<entry> source, std::size_t count) {
  while (count-- > 0) {
    auto one = co_await source;
    if (!one.has_value())
      break;
    co_yield *std::move(one);
  }
}

std::vector<entry> load(const fs::path &file) {
  std::vector<entry> all;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) // expected-note {{`load` calls `std::getline`, which}}
    all.push_back(parse(line));
  return all;
}

std::vector<fs::path> logs(const fs::path &directory) {
  std::vector<fs::path> found;
  for (const auto &old : fs::directory_iterator(directory))
    if (old.path().extension() == ".log")
      found.push_back(old.path());
  std::ranges::sort(found);
  return found;
}

// An asynchronous operation of our own: the workers read, the handler is called
// where it belongs.
template <class Token> auto async_load(asio::thread_pool &workers, fs::path file, Token &&token) {
  return asio::async_initiate<Token, void(std::vector<entry>)>(
      [&workers](auto handler, fs::path name) {
        auto executor = asio::get_associated_executor(handler);
        asio::post(workers, [handler = std::move(handler), name = std::move(name), executor]() mutable {
          asio::post(executor, [handler = std::move(handler), all = load(name)]() mutable {
            std::move(handler)(std::move(all));
          });
        });
      },
      token, std::move(file));
}

struct summary {
  std::map<level, std::size_t> count;
  void add(const entry &one) { ++count[one.severity]; }
};

awaitable<summary> summarize(asio::thread_pool &workers, std::vector<fs::path> files) {
  summary total;
  for (const auto &one : load(files.back())) // expected-warning {{`summarize` blocks its thread: it calls `load`}}
    total.add(one);
  files.pop_back();
  for (const auto &file : files)
    for (const auto &one : co_await async_load(workers, file, use_awaitable))
      total.add(one);
  co_return total;
}

awaitable<std::size_t> count_words(std::ifstream in) {
  co_return std::distance(std::istream_iterator<std::string>(in), {}); // expected-warning {{`count_words` goes through a sync range that blocks}}
}

std::size_t count_words_of(const std::string &text) {
  std::istringstream in(text);
  return static_cast<std::size_t>(std::distance(std::istream_iterator<std::string>(in), {}));
}

// Prints whatever is at least a warning, and the number of words now and then.
coro<void> print(asio::any_io_executor executor, fs::path file) {
  auto all = entries(appended(executor, file));
  auto bad = only(std::move(all), level::warning);
  asio::steady_timer timer(executor);
  std::size_t words = 0;
  while (auto one = co_await bad) {
    std::cout << one->text << std::endl;
    words += count_words_of(one->text);
    for (std::string_view part : {"disk", "memory"})
      if (one->text.find(part) != std::string::npos)
        std::cout << "  " << part << std::endl;
    if (words > 100) {
      timer.expires_after(std::chrono::milliseconds(10));
      co_await timer.async_wait(asio::experimental::use_coro);
      words = 0;
    }
  }
}

coro<void(), int> worst_of_history(asio::any_io_executor executor, fs::path directory) {
  history(executor, directory); // expected-warning {{the stream that `history` creates is never iterated}}
  auto few = first_of(history(executor, directory), 100);
  int errors = 0;
  while (auto one = co_await few)
    errors += one->severity == level::error;
  auto followed = first_of(entries(appended(executor, directory / "now.log")), 1);
  auto newest = co_await followed; // expected-note {{the step is here}}
  errors += newest->severity == level::error; // expected-warning {{`newest` is read without a test for end}}
  co_return errors;
}

} // namespace

int main(int argc, char **argv) {
  const fs::path directory = argc > 1 ? argv[1] : "/var/log";
  asio::io_context io;
  asio::thread_pool workers(2);
  std::vector<fs::path> files = logs(directory);
  asio::co_spawn(io, summarize(workers, files), [](std::exception_ptr, summary total) {
    for (const auto &[severity, count] : total.count)
      std::printf("%d: %zu\n", static_cast<int>(severity), count);
  });
  asio::co_spawn(io, count_words(std::ifstream(files.front())), [](std::exception_ptr, std::size_t count) { std::cout << count; });
  auto printing = print(io.get_executor(), directory / "now.log");
  printing.async_resume(asio::detached);
  auto worst = worst_of_history(io.get_executor(), directory);
  worst.async_resume([](std::exception_ptr, int errors) { std::cout << errors << '\n'; });
  io.run();
  workers.join();
}
