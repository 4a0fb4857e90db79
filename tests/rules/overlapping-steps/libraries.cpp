// RUN: %verify %s
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/sync_wait.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <folly/coro/AsyncScope.h>
#include "user_stream.h"

namespace cobalt = boost::cobalt;
using folly::coro::AsyncGenerator;
using folly::coro::Task;

AsyncGenerator<int> numbers();
cobalt::generator<int> values();
Task<> elsewhere(AsyncGenerator<int> &);
Task<> nothing();
void use(int);

Task<> drain(AsyncGenerator<int> &from) {
  while (auto item = co_await from.next())
    use(*item);
}
Task<> drain_at(AsyncGenerator<int> *from) {
  while (auto item = co_await from->next())
    use(*item);
}
Task<> owns(AsyncGenerator<int> from) {
  while (auto item = co_await from.next())
    use(*item);
}

// Combined.

Task<> both_bad() {
  auto gen = numbers();
  co_await folly::coro::collectAll( // expected-note {{`collectAll` runs both at once}}
      gen.next(),  // expected-note {{the other step is started here}}
      gen.next()); // expected-warning {{`next` steps `gen` while another step of it is pending: a generator takes one step at a time}}
}
Task<> stored_bad() {
  auto gen = numbers();
  auto first = gen.next();  // expected-note {{the other step}}
  auto second = gen.next(); // expected-warning {{`next` steps `gen` while another}}
  co_await folly::coro::collectAll(std::move(first), std::move(second)); // expected-note {{runs both}}
}
Task<> consumers_bad() {
  auto gen = numbers();
  co_await folly::coro::collectAll( // expected-note {{runs both}}
      drain(gen),      // expected-note {{the other step}}
      drain_at(&gen)); // expected-warning {{`drain_at` steps `gen` while another}}
}
Task<> same_by_another_name_bad(AsyncGenerator<int> &gen) {
  auto &again = gen;
  co_await folly::coro::collectAll( // expected-note {{runs both}}
      gen.next(),    // expected-note {{the other step}}
      again.next()); // expected-warning {{`next` steps `gen`}}
}
Task<> lambdas_bad() {
  auto gen = numbers();
  auto pull = [&]() -> Task<> { co_await gen.next(); };
  co_await folly::coro::collectAll( // expected-note {{runs both}}
      pull(),  // expected-note {{the other step}}
      pull()); // expected-warning {{the lambda` steps `gen`}}
}
struct reader {
  AsyncGenerator<int> gen;
  Task<> both_bad() {
    co_await folly::coro::collectAll( // expected-note {{runs both}}
        gen.next(),        // expected-note {{the other step}}
        this->gen.next()); // expected-warning {{`next` steps `gen`}}
  }
};
cobalt::promise<void> awaits(cobalt::generator<int> &from) { co_await from; }
cobalt::promise<void> joined_bad() {
  auto gen = values();
  co_await cobalt::join( // expected-note {{`join` runs both}}
      awaits(gen),  // expected-note {{the other step}}
      awaits(gen)); // expected-warning {{`awaits` steps `gen`}}
}
cppcoro::task<> begins(cppcoro::async_generator<int> &from) { co_await from.begin(); }
cppcoro::task<> begun_twice_bad(cppcoro::async_generator<int> from) {
  co_await cppcoro::when_all( // expected-note {{`when_all` runs both}}
      begins(from),  // expected-note {{the other step}}
      begins(from)); // expected-warning {{`begins` steps `from`}}
}

// Spawned, or started by itself.

Task<> spawned_bad() {
  folly::coro::AsyncScope scope;
  auto gen = numbers();
  scope.add(drain(gen));            // expected-note {{the other step}}
  if (auto item = co_await gen.next()) // expected-warning {{`next` steps `gen`}}
    use(*item);
  co_await scope.joinAsync();
}
Task<> in_a_loop_bad(folly::coro::AsyncScope &scope) {
  auto gen = numbers();
  for (int worker = 0; worker != 4; ++worker)
    scope.add(drain(gen)); // expected-warning {{`drain` steps `gen`}}
  co_await scope.joinAsync();
}
cobalt::promise<void> eager_bad() {
  auto gen = values();
  auto running = awaits(gen); // expected-note {{the other step}}
  co_await gen;               // expected-warning {{this await steps `gen`}}
  co_await running;
}
cobalt::promise<void> eager_twice_bad() {
  auto gen = values();
  auto first = awaits(gen);  // expected-note {{the other step}}
  auto second = awaits(gen); // expected-warning {{`awaits` steps `gen`}}
  co_await first;
  co_await second;
}

// One after the other.

Task<> one_by_one_ok() {
  auto gen = numbers();
  co_await gen.next();
  co_await gen.next();
  co_await drain(gen);
}
Task<> lazy_ok() {
  auto gen = numbers();
  auto first = gen.next();
  auto second = gen.next();
  co_await std::move(first);
  co_await std::move(second);
}
Task<> two_streams_ok() {
  auto left = numbers(), right = numbers();
  co_await folly::coro::collectAll(left.next(), right.next());
}
Task<> with_something_else_ok() {
  auto gen = numbers();
  while (true)
    co_await folly::coro::collectAll(gen.next(), nothing());
}
struct pair {
  AsyncGenerator<int> gen;
};
Task<> two_objects_ok(pair &left, pair &right) {
  co_await folly::coro::collectAll(left.gen.next(), right.gen.next());
}
Task<> owned_ok() { co_await folly::coro::collectAll(owns(numbers()), owns(numbers())); }
Task<> unknown_body_ok() {
  auto gen = numbers();
  co_await folly::coro::collectAll(elsewhere(gen), elsewhere(gen));
}
Task<> joined_ok() {
  folly::coro::AsyncScope scope;
  auto gen = numbers();
  scope.add(drain(gen));
  co_await scope.joinAsync();
  co_await gen.next();
}
Task<> new_each_turn_ok(folly::coro::AsyncScope &scope) {
  for (int turn = 0; turn != 4; ++turn) {
    auto gen = numbers();
    scope.add(drain(gen));
    co_await scope.joinAsync();
  }
}
cobalt::promise<void> eager_ok() {
  auto gen = values();
  auto running = awaits(gen);
  co_await running;
  co_await gen;
}
cobalt::promise<void> eager_handed_on_ok(cobalt::promise<void> other) {
  auto gen = values();
  auto running = awaits(gen);
  co_await cobalt::join(running, other);
  co_await gen;
}
void resume_somebody();
cobalt::promise<void> resumed_ok() {
  auto gen = values();
  auto running = awaits(gen);
  resume_somebody();
  co_await gen;
  co_await running;
}
Task<> only_one_branch_ok(bool first) {
  auto gen = numbers();
  if (first)
    co_await folly::coro::collectAll(gen.next(), nothing());
  else
    co_await gen.next();
}

// A hand-written stream may take several consumers.
app::task<> take(app::row_reader &from) { co_await from.next(); }
cppcoro::task<> channel_ok(app::row_reader &from) { co_await cppcoro::when_all(take(from), take(from)); }

Task<> dead_ok() {
  auto gen = numbers();
  co_return;
  co_await folly::coro::collectAll(gen.next(), gen.next());
}
