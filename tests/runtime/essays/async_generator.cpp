// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that async_generator.h shows at its top.
#include "asynciter/async_generator.h"

#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace essay_async_generator {
namespace {

using namespace asynciter;

struct file {
  task<std::optional<std::string>> read() {
    if (next == blocks.size())
      co_return std::nullopt;
    co_return blocks[next++];
  }
  std::vector<std::string> blocks;
  std::size_t next = 0;
};

std::vector<std::string> split(const std::string &block) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < block.size();) {
    const std::size_t end = block.find('\n', at);
    lines.push_back(block.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<std::string> used;
void use(const std::string &line) { used.push_back(line); }

#include "async_generator.1.inc"

async_generator<std::string> title_and_lines(file &other) {
  co_yield "title";
#include "async_generator.2.inc"
}

task<int> count(async_generator<std::string> stream) {
  int count = 0;
  while (co_await stream.next())
    ++count;
  co_return count;
}

TEST(AsyncGenerator, DeliversItems) {
  file from{{"a\nb\n", "c\n"}};
  sync_wait(print(from));
  EXPECT_EQ(used, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(AsyncGenerator, HandsOver) {
  file from{{"a\nb\n", "c\n"}};
  EXPECT_EQ(sync_wait(count(title_and_lines(from))), 4);
}

} // namespace
} // namespace essay_async_generator
