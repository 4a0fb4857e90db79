// RUN: %verify %s
// XFAIL: *
// Rule: missing-cleanup
//
// A false alarm. The generator at the other end has been destroyed before, and
// then the pipe need not be closed.
#include <folly/coro/AsyncPipe.h>

folly::coro::Task<> forget(folly::coro::AsyncGenerator<int &&> items);

folly::coro::Task<> pipe_ok() {
  auto [items, pipe] = folly::coro::AsyncPipe<int>::create([] {});
  co_await forget(std::move(items));
}
