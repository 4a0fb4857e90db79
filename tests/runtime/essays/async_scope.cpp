// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that async_scope.h shows at its top.
#include "asynciter/async_scope.h"

#include "asynciter/channel.h"
#include "asynciter/sync_wait.h"
#include "asynciter/task.h"
#include "asynciter/when_all.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace essay_async_scope {
namespace {

using namespace asynciter;

namespace tcp {
using socket = std::string;
/// What has connected is in a channel.
struct acceptor {
  channel<socket> connecting{8};
  channel<int> hanging_up{0};
};
} // namespace tcp

int open = 0;
int handled = 0;
channel<int> *hanging_up = nullptr;

task<std::optional<tcp::socket>> accept(tcp::acceptor &from) { co_return co_await from.connecting.next(); }

task<> handle(tcp::socket) {
  ++open;
  (void)co_await hanging_up->next();
  ++handled;
}

#include "async_scope.1.inc"

task<> hang_up(tcp::acceptor &clients) {
  EXPECT_EQ(open, 3);
  for (int i = 0; i != 3; ++i) {
    EXPECT_EQ(handled, i);
    (void)co_await clients.hanging_up.send(i);
  }
}

TEST(AsyncScope, WaitsForAllConnections) {
  tcp::acceptor clients;
  hanging_up = &clients.hanging_up;
  for (const char *name : {"a", "b", "c"})
    EXPECT_TRUE(clients.connecting.try_send(name));
  clients.connecting.close();
  sync_wait(when_all(serve(clients), hang_up(clients)));
  EXPECT_EQ(handled, 3);
}

} // namespace
} // namespace essay_async_scope
