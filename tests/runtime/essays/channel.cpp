// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that channel.h shows at its top.
#include "asynciter/channel.h"

#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/when_all.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace essay_channel {
namespace {

using namespace asynciter;

struct file {
  task<std::optional<std::string>> read_line() {
    if (read == 3)
      co_return std::nullopt;
    co_return "line " + std::to_string(++read);
  }
  int read = 0;
};

std::vector<std::string> used;
void use(std::string line) { used.push_back(std::move(line)); }

#include "channel.1.inc"

TEST(Channel, FromProducerToConsumer) {
  file from;
  channel<std::string> lines(1);
  sync_wait(when_all(produce(lines, from), consume(lines)));
  EXPECT_EQ(used, (std::vector<std::string>{"line 1", "line 2", "line 3"}));
}

TEST(Channel, AProducerNobodyWantsMoreFrom) {
  file from;
  channel<std::string> lines(1);
  lines.close();
  sync_wait(produce(lines, from));
  EXPECT_EQ(from.read, 1);
}

} // namespace
} // namespace essay_channel
