// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stands for a third party's header: nothing in it is reported.
#pragma once
#pragma GCC system_header
#include "user_stream.h"
#include <unistd.h>

inline app::task<> vendor_ok() {
  ::sleep(1);
  co_return;
}
