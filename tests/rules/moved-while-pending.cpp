// RUN: %verify %s
#include <boost/cobalt.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <folly/coro/AsyncScope.h>

namespace cobalt = boost::cobalt;
using folly::coro::AsyncGenerator;
using folly::coro::Task;

cobalt::generator<int> values();
AsyncGenerator<int> numbers();
cobalt::promise<void> takes(cobalt::generator<int>);
bool wanted();
void use(int);

cobalt::promise<int> pull(cobalt::generator<int> &from) { co_return co_await from; }
Task<> drain(AsyncGenerator<int> &from) {
  while (auto item = co_await from.next())
    use(*item);
}

cobalt::promise<void> moved_bad() {
  auto gen = values();
  auto running = pull(gen);      // expected-note {{the step is started here}}
  auto other = std::move(gen);   // expected-warning {{`gen` is moved while a step of it is pending}}
  co_await running;
}
cobalt::promise<void> moved_into_a_call_bad() {
  auto gen = values();
  auto running = pull(gen);       // expected-note {{the step is started here}}
  co_await takes(std::move(gen)); // expected-warning {{`gen` is moved}}
  co_await running;
}
cobalt::promise<void> assigned_bad() {
  auto gen = values();
  auto running = pull(gen); // expected-note {{the step is started here}}
  gen = values();           // expected-warning {{`gen` is assigned over while a step of it is pending}}
  co_await running;
}
cobalt::promise<void> on_one_path_bad() {
  auto gen = values();
  auto running = pull(gen); // expected-note {{the step is started here}}
  if (wanted())
    gen = values(); // expected-warning {{`gen` is assigned over}}
  co_await running;
}
Task<> destroyed_bad(folly::coro::AsyncScope &scope) {
  {
    auto gen = numbers();
    scope.add(drain(gen)); // expected-note {{the step is started here}}
  } // expected-warning {{`gen` is destroyed here while a step of it is pending}}
  co_await scope.joinAsync();
}
Task<> left_bad(folly::coro::AsyncScope &scope) {
  auto gen = numbers();
  scope.add(drain(gen)); // expected-note {{the step is started here}}
  if (wanted())
    co_return; // expected-warning {{`gen` is destroyed here}}
  co_await scope.joinAsync();
}
void in_a_lambda_bad() {
  auto body = []() -> cobalt::promise<void> {
    auto gen = values();
    auto running = pull(gen);    // expected-note {{the step is started here}}
    auto other = std::move(gen); // expected-warning {{`gen` is moved}}
    co_await running;
  };
  (void)body;
}

cobalt::promise<void> awaited_ok() {
  auto gen = values();
  auto running = pull(gen);
  co_await running;
  auto other = std::move(gen);
  other = values();
}
cobalt::promise<void> awaited_at_once_ok() {
  auto gen = values();
  co_await pull(gen);
  co_await takes(std::move(gen));
}
Task<> lazy_ok() {
  auto gen = numbers();
  auto step = gen.next();
  gen = numbers();
  (void)step;
  co_return;
}
Task<> lazy_consumer_ok() {
  auto gen = numbers();
  auto consumer = drain(gen);
  co_await std::move(consumer);
  auto other = std::move(gen);
}
Task<> joined_ok() {
  folly::coro::AsyncScope scope;
  auto gen = numbers();
  scope.add(drain(gen));
  co_await scope.joinAsync();
}
cobalt::promise<void> cancelled_ok() {
  auto gen = values();
  auto running = pull(gen);
  running.cancel();
  gen = values();
  co_return;
}
cobalt::promise<void> other_stream_ok() {
  auto gen = values();
  auto second = values();
  auto running = pull(gen);
  second = values();
  co_await running;
}
cobalt::promise<void> held_to_the_end_ok() {
  auto gen = values();
  auto running = pull(gen);
  co_return;
}
Task<> dead_ok(folly::coro::AsyncScope &scope) {
  co_return;
  auto gen = numbers();
  scope.add(drain(gen));
}
