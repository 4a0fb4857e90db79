// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that stop_scope.h shows at its top.
#include "asynciter/stop_scope.h"

#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>

namespace essay_stop_scope {
namespace {

using namespace asynciter;

task<> serve(channel<std::string> &client) { (void)co_await client.next(); }

struct journal {
  task<> flush() {
    co_await throw_if_stopped();
    flushed = true;
  }
  bool flushed = false;
};

task<> serve_until(std::stop_token shutdown, channel<std::string> &client, journal &journal) {
  try {
#include "stop_scope.1.inc"
  } catch (const operation_cancelled &) {
    EXPECT_FALSE(journal.flushed);
    throw;
  }
}

TEST(StopScope, StopsBySomebodyElsesToken) {
  channel<std::string> silent(0);
  journal journal;
  std::stop_source shutdown;
  shutdown.request_stop();
  EXPECT_THROW(sync_wait(serve_until(shutdown.get_token(), silent, journal)), operation_cancelled);
}

TEST(StopScope, WhatIsShieldedIsNotStopped) {
  channel<std::string> client(1);
  EXPECT_TRUE(client.try_send("hello"));
  journal journal;
  std::stop_source stop;
  stop.request_stop();
  sync_wait(serve_until({}, client, journal), stop.get_token());
  EXPECT_TRUE(journal.flushed);
}

} // namespace
} // namespace essay_stop_scope
