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
// Somebody asks for a stream.
app::task<int> sum(app::stream<int> items);
app::task<int> first(app::stream<int> &items);
struct adaptor {};
app::stream<int> operator|(app::stream<int> items, adaptor);
struct merged {
  merged(app::stream<int> one, app::stream<int> other);
};
app::stream<int> summed_ok() { co_yield 1; }
app::stream<int> named_ok() { co_yield 1; }
app::stream<int> moved_ok() { co_yield 1; }
app::stream<int> adapted_ok() { co_yield 1; }
app::stream<int> merged_ok() { co_yield 1; }
app::stream<int> chosen_ok() { co_yield 1; }
app::stream<int> other_ok() { co_yield 1; }
app::stream<int> iterated_bad() { co_yield 1; } // expected-warning {{`iterated_bad` is an async generator}}
app::stream<int> renamed_bad() { co_yield 1; }  // expected-warning {{`renamed_bad` is an async generator}}
asynciter::async_generator<int> relayed_ok() { co_yield 1; }
asynciter::async_generator<int> named_relayed_ok() { co_yield 1; }
asynciter::async_generator<int> relays_ok() {
  co_yield asynciter::elements_of(relayed_ok());
  auto named = named_relayed_ok();
  co_yield asynciter::elements_of(named);
}
struct pair_of_streams {
  app::stream<int> one, other;
};
app::stream<int> listed_ok() { co_yield 1; }
pair_of_streams pair_up() { return {listed_ok(), listed_ok()}; }
app::stream<int> choose(bool other) { return other ? other_ok() : chosen_ok(); }
app::task<> consume() {
  co_await sum(summed_ok());
  auto named = named_ok();
  co_await first(named);
  auto moved = moved_ok();
  co_await sum(std::move(moved));
  auto odd = adapted_ok() | adaptor();
  merged both(merged_ok(), merged_ok());
  auto closure = []() -> app::stream<int> { co_yield 1; };
  co_await sum(closure());
  co_await sum([]() -> app::stream<int> { co_yield 1; }());
  auto iterated = iterated_bad();
  while (auto item = co_await iterated.next())
    app::use(*item);
  auto before = renamed_bad();
  auto after = std::move(before);
  while (auto item = co_await after.next())
    app::use(*item);
}
app::stream<int> suppressed_ok() { co_yield 1; } // NOLINT(asynciter-needless-async-generator)

// The sync twin.
cppcoro::generator<int> sync_ok() { co_yield 1; }
