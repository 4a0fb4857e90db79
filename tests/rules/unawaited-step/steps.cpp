// RUN: %verify %s
//
// Dropped steps in every library, and what is not dropped.
#include "stand-ins/asio.h"
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/sync_wait.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <seastar/generator.hh>
#include <tuple>
#include <utility>
#include <vector>
using app::stream;
using app::task;
using app::use;

namespace each_library {
cppcoro::task<> begin_bad(cppcoro::async_generator<int> numbers) {
  numbers.begin(); // expected-warning {{`begin` is called but never awaited}}
  co_return;
}
// Spins for ever on the first item.
cppcoro::task<> increment_bad(cppcoro::async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); ++it) // expected-warning {{never awaited}}
    use(*it);
}
cppcoro::task<> increment_ok(cppcoro::async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
}
QCoro::Task<> qcoro_bad(QCoro::AsyncGenerator<int> numbers) {
  auto it = co_await numbers.begin();
  ++it; // expected-warning {{never awaited}}
}
folly::coro::Task<> folly_bad(folly::coro::AsyncGenerator<int> numbers) {
  numbers.next(); // expected-warning {{`next` is called but never awaited}}
  co_return;
}
seastar::future<> seastar_bad(seastar::coroutine::experimental::generator<int> numbers) {
  numbers(); // expected-warning {{never awaited}}
  co_return;
}
seastar::future<> seastar_ok(seastar::coroutine::experimental::generator<int> numbers) {
  co_await numbers();
}
boost::cobalt::promise<> push_bad(boost::cobalt::generator<int, int> numbers) {
  numbers(3); // expected-warning {{never awaited}}
  co_return;
}
// `while (numbers)` asks Boost.Cobalt's generator for its end.
boost::cobalt::promise<> cobalt_ok(boost::cobalt::generator<int> numbers) {
  if (numbers)
    use(co_await numbers);
}
asio::experimental::task<void> asio_ok(asio::experimental::generator<int> numbers) {
  if (numbers)
    (void)co_await numbers;
}
app::task<> own_bad(stream<int> numbers, app::row_reader rows, app::line_reader lines) {
  numbers.next(); // expected-warning {{never awaited}}
  rows.next();    // expected-warning {{never awaited}}
  lines.begin();  // expected-warning {{never awaited}}
  auto it = co_await lines.begin();
  ++it;           // expected-warning {{never awaited}}
}
} // namespace each_library

// Used where its value is meant.
task<> condition_bad(stream<int> numbers) {
  if (numbers.next()) // expected-warning {{never awaited}}
    use(1);
  while (numbers.next()) // expected-warning {{never awaited}}
    use(2);
  if (!numbers.next()) // expected-warning {{never awaited}}
    use(3);
  use(numbers.next() ? 1 : 2); // expected-warning {{never awaited}}
  if (numbers.next() && true) // expected-warning {{never awaited}}
    use(4);
  bool there = static_cast<bool>(numbers.next()); // expected-warning {{never awaited}}
  use(there);
  co_return;
}
task<> condition_ok(stream<int> numbers) {
  if (co_await numbers.next())
    use(1);
  while (auto item = co_await numbers.next())
    use(*item);
}
// Asks the task whether it holds a coroutine: a named one is meant.
task<> valid_ok(stream<int> numbers) {
  auto pending = numbers.next();
  if (pending)
    use(*(co_await pending));
}

// Deliberate.
task<> discarded_ok(stream<int> numbers) {
  (void)numbers.next();
  static_cast<void>(numbers.next());
  std::ignore = numbers.next();
  [[maybe_unused]] auto unused = numbers.next();
  co_return;
}

// Stored.
task<> stored_ok(stream<int> numbers) {
  auto pending = numbers.next();
  co_await pending;
  auto moved = numbers.next();
  co_await std::move(moved);
}
task<> stored_never_used_bad(stream<int> numbers) {
  auto pending = numbers.next(); // expected-warning {{never awaited}}
  co_return;
}
task<> reference_never_used_bad(stream<int> numbers) {
  auto &&pending = numbers.next(); // expected-warning {{never awaited}}
  co_return;
}

// Handed on.
task<> combined_ok(stream<int> left, stream<int> right) {
  co_await app::when_all(left.next(), right.next());
  app::spawn(left.next());
}
task<std::optional<int>> returned_ok(stream<int> &numbers) { return numbers.next(); }
task<> collected_ok(stream<int> numbers, std::vector<task<std::optional<int>>> &steps) {
  steps.push_back(numbers.next());
  steps.emplace_back(numbers.next());
  task<std::optional<int>> kept;
  kept = numbers.next();
  co_await kept;
}
struct holder {
  holder(stream<int> &numbers) : pending(numbers.next()) {}
  void step(stream<int> &numbers) { pending = numbers.next(); }
  task<std::optional<int>> pending;
};
task<> captured_ok(stream<int> numbers) {
  auto later = [step = numbers.next()]() mutable { app::spawn(std::move(step)); };
  later();
  co_return;
}

// The comma drops its left side, not its right.
task<> comma_bad(stream<int> numbers) {
  numbers.next(), use(1);          // expected-warning {{never awaited}}
  use(1), co_await numbers.next();
}

// Outside of a coroutine nothing can await it: reported, without a fix.
void plain_bad(stream<int> &numbers) {
  numbers.next(); // expected-warning {{never awaited}}
}
void plain_loop_bad(app::line_reader::iterator it) {
  ++it; // expected-warning {{never awaited}}
}

// Sync twins.
struct scanner {
  std::optional<int> next();
};
void twin_ok(scanner s, std::vector<int> &v) {
  s.next();
  if (s.next())
    use(1);
  for (auto it = v.begin(); it != v.end(); ++it)
    use(*it);
}
task<> sync_in_coroutine_ok(scanner s, std::vector<int> &v) {
  s.next();
  for (auto it = v.begin(); it != v.end(); ++it)
    use(*it);
  co_return;
}
