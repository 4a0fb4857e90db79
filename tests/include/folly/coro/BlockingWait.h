// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of folly::coro::blockingWait, Baton, futures and
// EventBase; not folly's code.
#pragma once
#include <folly/coro/Task.h>

namespace folly {
namespace coro {
struct blocking_wait_fn {
  template <class Awaitable> int operator()(Awaitable &&) const;
};
inline constexpr blocking_wait_fn blocking_wait{};
inline constexpr blocking_wait_fn blockingWait{};
} // namespace coro

template <bool MayBlock = true> class Baton {
public:
  void wait() noexcept;
  bool try_wait() const noexcept;
  void post() noexcept;
};

template <class T> class SemiFuture {
public:
  T get() &&;
  SemiFuture &wait() &;
  bool isReady() const;
};
template <class T> class Future : public SemiFuture<T> {
public:
  T get() &&;
  Future &wait() &;
};

class EventBase : public Executor {
public:
  bool loop();
  bool loopOnce(int = 0);
  void loopForever();
};
} // namespace folly
