// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that offload_stream.h shows at its top.
#include "asynciter/offload_stream.h"

#include "asynciter/asio.h"
#include "asynciter/offload.h"
#include "asynciter/task.h"

#include <asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <ranges>
#include <string>
#include <vector>

namespace essay_offload_stream {
namespace {

using namespace asynciter;

std::ifstream open_file(const std::filesystem::path &path) { return std::ifstream(path); }

task<std::vector<std::string>> read(asio::thread_pool &pool, std::filesystem::path path) {
  std::vector<std::string> counted;
  auto count = [&](const std::string &word) { counted.push_back(word); };
#include "offload_stream.1.inc"
  co_return counted;
}

TEST(OffloadStream, WordsOfAFile) {
  const auto path = std::filesystem::path(testing::TempDir()) / "asynciter_essay_words";
  std::ofstream(path) << "one two\nthree";
  asio::thread_pool pool(1);
  EXPECT_EQ(run(read(pool, path)), (std::vector<std::string>{"one", "two", "three"}));
  std::filesystem::remove(path);
}

} // namespace
} // namespace essay_offload_stream
