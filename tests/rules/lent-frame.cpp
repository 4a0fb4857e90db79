// RUN: %verify --rules=-*,lent-frame %s
//
// Locals of a generator that work refers to which nothing waits for.
#include "user_stream.h"

#include <folly/coro/AsyncGenerator.h>
#include <folly/coro/AsyncScope.h>
#include <seastar/generator.hh>

#include <memory>
#include <string>
#include <thread>
#include <vector>

struct queue {
  int held = 0;
  folly::coro::Task<int> pop();
  app::task<int> take();
};

folly::coro::Task<void> fill(queue &into) { co_await into.pop(); }
folly::coro::Task<void> fill_shared(std::shared_ptr<queue> into) { co_await into->pop(); }

folly::coro::AsyncGenerator<int> scope_bad(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  queue items;
  scope.add(fill(items).scheduleOn(executor)); // expected-warning {{`items` is lent to work that goes on when `scope_bad` is dropped}} expected-note {{the work is started here}}
  for (int i = 0; i < 3; ++i)
    co_yield co_await items.pop(); // expected-note {{a consumer may drop the stream here, which ends `items`}}
  co_await scope.joinAsync();
}
folly::coro::AsyncGenerator<int> shared_ok(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  auto items = std::make_shared<queue>();
  scope.add(fill_shared(items).scheduleOn(executor));
  for (int i = 0; i < 3; ++i)
    co_yield co_await items->pop();
}
// What comes after the last item is not dropped at a `co_yield`.
folly::coro::AsyncGenerator<int> after_the_yields_ok(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  queue items;
  co_yield 1;
  scope.add(fill(items).scheduleOn(executor));
  co_await scope.joinAsync();
}
struct at_exit {
  template <class F> explicit at_exit(F) {}
  ~at_exit();
};
folly::coro::AsyncGenerator<int> guarded_ok(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  queue items;
  at_exit guard([&] { scope.cancel(); });
  scope.add(fill(items).scheduleOn(executor));
  for (int i = 0; i < 3; ++i)
    co_yield co_await items.pop();
}
folly::coro::Task<void> task_ok(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  queue items;
  scope.add(fill(items).scheduleOn(executor));
  co_await scope.joinAsync();
}
folly::coro::AsyncGenerator<int> parameter_ok(folly::coro::AsyncScope &scope, folly::Executor *executor,
                                              queue &lent) {
  scope.add(fill(lent).scheduleOn(executor));
  co_yield 1;
}

// Seastar's futures are not cancelled when they are dropped.
seastar::future<int> fetch();
struct buffer {
  std::vector<int> items;
};
seastar::future<> pump(buffer &into) {
  for (;;)
    into.items.push_back(co_await fetch());
}
seastar::coroutine::experimental::generator<int> fiber_bad() {
  buffer kept;
  auto fiber = pump(kept); // expected-warning {{`kept` is lent to work that goes on when `fiber_bad` is dropped}} expected-note {{the work is started here}}
  for (int i = 0; i < 3; ++i)
    co_yield int(i); // expected-note {{a consumer may drop the stream here}}
  co_await std::move(fiber);
}
seastar::coroutine::experimental::generator<int> awaited_ok() {
  buffer kept;
  co_await pump(kept);
  co_yield 1;
}
