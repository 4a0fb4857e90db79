// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that sync_wait.h shows at its top.
#include "asynciter/sync_wait.h"

#include "asynciter/task.h"

#include <gtest/gtest.h>

namespace essay_sync_wait {
namespace {

using namespace asynciter;

task<int> serve(int port) { co_return port == 8080 ? 0 : 1; }

#include "sync_wait.1.inc"

TEST(SyncWait, GivesTheResult) { EXPECT_EQ(main(), 0); }

} // namespace
} // namespace essay_sync_wait
