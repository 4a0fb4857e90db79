// RUN: %verify %s
//
// The standard library's ranges that read at each step.
#include "user_stream.h"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <numeric>
#include <ranges>
#include <span>
#include <sstream>
#include <string>
#include <vector>
using app::stream;
using app::task;
namespace fs = std::filesystem;
// expected-note@* 1+ {{instead}}

stream<std::string> scan_bad(fs::path dir) {
  for (const auto &entry : fs::directory_iterator(dir)) // expected-warning {{`scan_bad` goes through a sync range that blocks: `std::filesystem::directory_iterator`}}
    co_yield entry.path().string();
}
task<> recursive_bad(fs::path dir) {
  for (auto &entry : fs::recursive_directory_iterator(dir)) // expected-warning {{sync range}}
    (void)entry;
  co_return;
}
task<> named_iterator_bad(fs::directory_iterator files) {
  for (auto &entry : files) // expected-warning {{sync range}}
    (void)entry;
  co_return;
}
task<> by_hand_bad(fs::directory_iterator at) {
  for (fs::directory_iterator end; at != end; ++at) // expected-warning {{sync range}}
    co_await app::sleep(1);
}

task<int> words_bad(std::ifstream &in) {
  int n = 0;
  for (auto &word : std::ranges::istream_view<std::string>(in)) // expected-warning {{sync range}}
    n += static_cast<int>(word.size());
  co_return n;
}
task<> iterators_bad(std::ifstream &in) {
  for (std::istream_iterator<int> at(in), end; at != end; ++at) // expected-warning {{sync range}}
    app::use(*at);
  co_return;
}

// An algorithm is a loop too: reported at its call.
task<int> algorithm_bad(std::ifstream &in) {
  co_return std::accumulate(std::istream_iterator<int>(in), std::istream_iterator<int>(), 0); // expected-warning {{sync range}}
}
task<long> count_bad(fs::path dir) {
  co_return std::distance(fs::directory_iterator(dir), fs::directory_iterator()); // expected-warning {{sync range}}
}
task<std::string> whole_file_bad(std::ifstream &in) {
  co_return std::string(std::istreambuf_iterator<char>(in), {}); // expected-warning {{sync range}}
}

// In memory.
task<> memory_ok(const std::vector<int> &v, const std::map<int, int> &m, std::span<int> s, std::string text) {
  for (int i : v)
    co_await app::sleep(i);
  for (auto &[key, value] : m)
    co_await app::sleep(key + value);
  for (int i : s)
    app::use(i);
  for (char c : text)
    app::use(c);
  for (int i : {1, 2, 3})
    app::use(i);
  for (int i : std::views::iota(0, 4) | std::views::filter([](int n) { return n > 1; }))
    app::use(i);
  std::for_each(v.begin(), v.end(), [](int) {});
}
task<> string_stream_ok(std::string text) {
  std::istringstream in(text);
  for (int i : std::ranges::istream_view<int>(in))
    app::use(i);
  std::istringstream more(text);
  for (std::istream_iterator<int> at(more), end; at != end; ++at)
    app::use(*at);
  co_return;
}

// A snapshot taken elsewhere is in memory.
std::vector<fs::path> listing(const fs::path &);
task<> snapshot_ok(fs::path dir) {
  for (auto &path : listing(dir))
    app::use(path.string());
  co_return;
}

// The sync twin, and a loop in a lambda that runs elsewhere.
void twin_ok(fs::path dir) {
  for (auto &entry : fs::directory_iterator(dir))
    (void)entry;
}
app::sync_generator<int> sync_generator_ok(fs::path dir) {
  for (auto &entry : fs::directory_iterator(dir))
    co_yield static_cast<int>(entry.path().string().size());
}
