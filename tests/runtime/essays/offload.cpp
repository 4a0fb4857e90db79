// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that offload.h shows at its top.
#include "asynciter/offload.h"

#include "asynciter/task.h"

#include <asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include <set>
#include <stop_token>
#include <string>
#include <thread>

namespace essay_offload {
namespace {

using namespace asynciter;

using directory = std::set<std::string>;

std::thread::id worked_on;

std::string read_file(const std::string &path) {
  worked_on = std::this_thread::get_id();
  return "text of " + path;
}

void search(const directory &tree, const std::stop_token &stop) {
  worked_on = std::this_thread::get_id();
  EXPECT_TRUE(stop.stop_possible());
  EXPECT_EQ(tree.count("a"), 1u);
}

task<std::string> read(asio::thread_pool &pool, std::string path) {
#include "offload.1.inc"
  co_return text;
}

task<> find(asio::thread_pool &pool, const directory &tree) {
#include "offload.2.inc"
}

TEST(Offload, BlockingWorkIsDoneElsewhere) {
  asio::thread_pool pool(1);
  EXPECT_EQ(run(read(pool, "file")), "text of file");
  EXPECT_NE(worked_on, std::thread::id());
  EXPECT_NE(worked_on, std::this_thread::get_id());
}

TEST(Offload, GivesTheStopTokenOn) {
  asio::thread_pool pool(1);
  std::stop_source stop;
  worked_on = {};
  run(find(pool, {"a", "b"}), stop.get_token());
  EXPECT_NE(worked_on, std::thread::id());
}

} // namespace
} // namespace essay_offload
