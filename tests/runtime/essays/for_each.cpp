// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that for_each.h shows at its top.
#include "asynciter/for_each.h"

#include "asynciter/async_generator.h"
#include "asynciter/cleanup.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace essay_for_each {
namespace {

using namespace asynciter;

struct row {
  int number;
  bool last;
};

/// What is read from; how often a stream over it was closed.
struct connection {
  std::vector<std::string> lines;
  int closed = 0;
};

task<> note_closed(connection *&to) {
  ++to->closed;
  co_return;
}

async_generator<std::string> lines(connection &socket) {
  co_await on_exit(note_closed, &socket);
  for (const std::string &line : socket.lines)
    co_yield line;
}

async_generator<row> rows() {
  for (int i = 1;; ++i)
    co_yield row{i, i == 3};
}

task<> with_a_function(connection &socket, std::vector<std::string> &handled) {
  auto handle = [&](const std::string &line) { handled.push_back(line); };
#include "for_each.1.inc"
}

task<> with_a_coroutine(std::vector<int> &stored) {
  auto store = [](const row &r, std::vector<int> &to) -> task<> {
    to.push_back(r.number);
    co_return;
  };
  auto bound = [&](const row &r) { return store(r, stored); };
  {
    auto &store = bound;
#include "for_each.2.inc"
  }
}

task<> with_a_statement(connection &socket, std::vector<std::string> &handled) {
  auto handle = [&](const std::string &line) { handled.push_back(line); };
#include "for_each.3.inc"
}

TEST(ForEach, CallsAFunction) {
  connection socket{{"a", "", "b"}};
  std::vector<std::string> handled;
  sync_wait(with_a_function(socket, handled));
  EXPECT_EQ(handled, socket.lines);
  EXPECT_EQ(socket.closed, 1);
}

TEST(ForEach, AwaitsACoroutineThatMayHaveEnough) {
  std::vector<int> stored;
  sync_wait(with_a_coroutine(stored));
  EXPECT_EQ(stored, (std::vector<int>{1, 2, 3}));
}

TEST(ForEach, IsAStatement) {
  connection socket{{"a", "", "b"}};
  std::vector<std::string> handled;
  sync_wait(with_a_statement(socket, handled));
  EXPECT_EQ(handled, (std::vector<std::string>{"a"}));
  EXPECT_EQ(socket.closed, 1);
}

} // namespace
} // namespace essay_for_each
