// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that merge.h shows at its top.
#include "asynciter/merge.h"

#include "asynciter/async_generator.h"
#include "asynciter/channel.h"
#include "asynciter/collect.h"
#include "asynciter/config.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/when_all.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace essay_merge {
namespace {

using namespace asynciter;
using namespace std::chrono_literals;

using texts = std::vector<std::string>;
using source = channel<std::string>;
using row = int;

source keys(4);
source clock_of_the_test(4);

async_generator<std::string> items_of(source &from) {
  while (auto item = co_await from.next())
    co_yield std::move(*item);
}
ASYNCITER_CORO_WRAPPER async_generator<std::string> keyboard() { return items_of(keys); }
ASYNCITER_CORO_WRAPPER async_generator<std::string> network(source &socket) { return items_of(socket); }
ASYNCITER_CORO_WRAPPER async_generator<std::string> ticks(std::chrono::seconds) {
  return items_of(clock_of_the_test);
}

async_generator<row> shard(int first) {
  co_yield first;
  co_yield first + 1;
}

texts handled;
void handle(const std::string &event) { handled.push_back(event); }

task<std::vector<row>> read(source &socket, std::vector<async_generator<row>> shards) {
#include "merge.1.inc"
  auto result = co_await (rows | to<std::vector>());
  std::sort(result.begin(), result.end());
  co_return result;
}

/// Each event when the one before has been handled, from a stream that is not the next in line.
task<> happen(source &socket) {
  (void)co_await clock_of_the_test.send("tick");
  EXPECT_EQ(handled, texts{"tick"});
  (void)co_await keys.send("key");
  EXPECT_EQ(handled, (texts{"tick", "key"}));
  (void)co_await socket.send("packet");
  EXPECT_EQ(handled, (texts{"tick", "key", "packet"}));
  for (source *each : {&keys, &socket, &clock_of_the_test})
    each->close();
}

task<std::vector<row>> read_while_it_happens(source &socket) {
  std::vector<async_generator<row>> shards;
  shards.push_back(shard(1));
  shards.push_back(shard(3));
  auto [rows, happened] = co_await when_all(read(socket, std::move(shards)), happen(socket));
  co_return rows;
}

TEST(Merge, AsTheyCome) {
  source socket(4);
  EXPECT_EQ(sync_wait(read_while_it_happens(socket)), (std::vector<row>{1, 2, 3, 4}));
}

} // namespace
} // namespace essay_merge
