// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A range that blocks, such as a file's lines, iterated on another thread.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/for_each.h"
#include "asynciter/offload.h"
#include "asynciter/offload_stream.h"

#include <asio/thread_pool.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <ranges>
#include <string>

using namespace asynciter;

namespace {

auto squares_of_lines(std::istream &file) {
  return std::views::istream<int>(file) | std::views::transform([](int n) { return n * n; });
}

std::ifstream make_file(const std::filesystem::path &path) {
  std::ofstream(path) << "1\n2\n3\n4\n";
  return std::ifstream(path);
}

task<> async_main(asio::thread_pool &threads, std::filesystem::path directory) {
  std::ifstream file = co_await offload(threads, make_file, directory / "numbers");
  ASYNCITER_FOR(int square, offload_stream(threads, squares_of_lines(file))) {
    print("square", square);
    if (square == 9)
      break;
  }
}

} // namespace

int main() {
  const auto directory = std::filesystem::temp_directory_path() /
                         ("blocking_iterator." + std::to_string(std::random_device()()));
  std::filesystem::create_directory(directory);
  asio::thread_pool threads(1);
  run(async_main(threads, directory));
  std::filesystem::remove_all(directory);
}
