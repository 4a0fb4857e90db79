// RUN: %verify --rules=-*,needless-async-generator %s
//
// Async generators without an await, and why one may be meant.
#include "shapes.h"
#include <asynciter/async_generator.h>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/generator.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <functional>

app::task<int> fetch();

app::stream<int> own_bad(int count) { // expected-warning {{`own_bad` is an async generator that never awaits: a sync generator says it}}
  for (int i = 0; i < count; ++i)
    co_yield i;
}
cppcoro::async_generator<int> cppcoro_bad() { co_yield 1; } // expected-warning {{`cppcoro_bad` is an async generator}}
folly::coro::AsyncGenerator<int> folly_bad() { // expected-warning {{`folly_bad` is an async generator}}
  co_yield 1;
  // A lambda's await is not the generator's.
  auto later = []() -> folly::coro::Task<> { co_await folly::coro::sleep(1); };
  (void)later;
}
struct feed {
  app::stream<int> items_bad(); // the definition is told
};
app::stream<int> feed::items_bad() { co_yield 1; } // expected-warning {{`feed::items_bad` is an async generator}}
auto lambda_bad = []() -> app::stream<int> { co_yield 1; }; // expected-warning {{`the lambda` is an async generator}}

app::stream<int> awaits_ok() {
  co_yield co_await fetch();
}
app::stream<int> steps_ok(app::stream<int> from) {
  while (auto item = co_await from.next())
    co_yield *item;
}
// Delivers what another stream waits for.
asynciter::async_generator<int> inner_ok();
asynciter::async_generator<int> delegates_ok() {
  co_yield asynciter::elements_of(inner_ok());
}
// A stub, an adaptor's base.
app::stream<int> empty_ok() { co_return; }
app::stream<int> declared_ok();

// Bound by somebody else.
struct source {
  virtual ~source() = default;
  virtual app::stream<int> items() = 0;
};
struct constant final : source {
  app::stream<int> items() override { co_yield 1; }
};
template <class Wait> app::stream<int> template_ok(Wait) {
  if constexpr (sizeof(Wait) == 1)
    co_await fetch();
  co_yield 1;
}
template app::stream<int> template_ok(int);
app::stream<int> given_ok() { co_yield 1; }
void give() {
  std::function<app::stream<int>()> maker = given_ok;
  (void)maker;
}
app::stream<int> suppressed_ok() { co_yield 1; } // NOLINT(asynciter-needless-async-generator)

// The sync twin.
cppcoro::generator<int> sync_ok() { co_yield 1; }
