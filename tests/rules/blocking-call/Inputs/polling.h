// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A header of the user's project, with a helper and a coroutine that block.
#pragma once
#include "user_stream.h"
#include <unistd.h>

inline void poll_once() { usleep(10); } // expected-note 2 {{`poll_once` calls `::usleep`, which}}

inline app::task<> in_header_bad() {
  poll_once(); // expected-warning {{`in_header_bad` blocks its thread: it calls `poll_once`}} expected-note {{instead}}
  co_return;
}
