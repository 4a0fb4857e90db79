// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that stop.h shows at its top.
#include "asynciter/stop.h"

#include "asynciter/async_generator.h"
#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace essay_stop {
namespace {

using namespace asynciter;

namespace tcp {
/// Two lines, and then silence. Whoever answers the second one is stopped.
struct socket {
  channel<std::string> *incoming;
  std::vector<std::string> *answers;
  std::stop_source stop;
};
} // namespace tcp

async_generator<std::string> lines(tcp::socket &from) {
  while (auto line = co_await from.incoming->next())
    co_yield std::move(*line);
}

task<> answer(tcp::socket &to, std::string line) {
  to.answers->push_back(line);
  if (to.answers->size() == 2)
    to.stop.request_stop();
  co_return;
}

#include "stop.1.inc"

task<int> compute() {
  for (int i = 0;; ++i) {
    if (i == 1000)
      co_return i;
#include "stop.2.inc"
  }
}

TEST(Stop, TheTokenReachesTheInnermostWait) {
  channel<std::string> incoming(2);
  EXPECT_TRUE(incoming.try_send("a") && incoming.try_send("b"));
  std::vector<std::string> answers;
  std::stop_source stop;
  tcp::socket socket{&incoming, &answers, stop};
  EXPECT_THROW(sync_wait(serve(socket), stop.get_token()), operation_cancelled);
  EXPECT_EQ(answers, (std::vector<std::string>{"a", "b"}));
}

TEST(Stop, ACoroutineThatNeverWaitsAsks) {
  std::stop_source stop;
  EXPECT_EQ(sync_wait(compute(), stop.get_token()), 1000);
  stop.request_stop();
  EXPECT_THROW(sync_wait(compute(), stop.get_token()), operation_cancelled);
}

} // namespace
} // namespace essay_stop
