// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of folly::coro::AsyncScope; not folly's code.
#pragma once
#include <folly/coro/Task.h>

namespace folly::coro {
class AsyncScope {
public:
  AsyncScope() noexcept;
  ~AsyncScope();
  template <class Awaitable> void add(Awaitable &&) {}
  Task<void> joinAsync() noexcept;
  void cancel();
};
} // namespace folly::coro
