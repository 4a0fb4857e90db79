// RUN: %verify %s
//
// Every protocol shape in every library: read without a test, and the loop that
// people should write.
#include "stand-ins/asio.h"
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <seastar/generator.hh>
using app::use;

namespace awaited_iterator {
cppcoro::task<> first_bad(cppcoro::async_generator<int> numbers) {
  auto it = co_await numbers.begin(); // expected-note {{the step is here}}
  use(*it); // expected-warning {{`it` is read without a test for end: on some path nothing tests the step}}
}
cppcoro::task<> loop_ok(cppcoro::async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
}
cppcoro::task<> tested_ok(cppcoro::async_generator<int> numbers) {
  auto it = co_await numbers.begin();
  auto end = numbers.end();
  if (it == end)
    co_return;
  use(*it);
}
// The increment is a step of its own.
cppcoro::task<> second_bad(cppcoro::async_generator<int> numbers) {
  auto it = co_await numbers.begin();
  if (it == numbers.end())
    co_return;
  use(*it);
  co_await ++it; // expected-note {{the step is here}}
  use(*it);      // expected-warning {{`it` is read}}
}
cppcoro::task<> endless_bad(cppcoro::async_generator<int> numbers) {
  for (auto it = co_await numbers.begin();; co_await ++it) // expected-note 1+ {{step}}
    use(*it); // expected-warning {{`it` is read}}
}
QCoro::Task<> qcoro_bad(QCoro::AsyncGenerator<int> numbers) {
  auto it = co_await numbers.begin(); // expected-note {{the step is here}}
  use(*it); // expected-warning {{`it` is read}}
}
QCoro::Task<> qcoro_ok(QCoro::AsyncGenerator<int> numbers) {
  QCORO_FOREACH(int n, numbers) { use(n); }
}
app::task<> by_hand_bad(app::line_reader &lines) {
  auto it = co_await lines.begin(); // expected-note {{the step is here}}
  use(*it); // expected-warning {{`it` is read}}
}
app::task<> by_hand_arrow_bad(app::line_reader &lines) {
  auto it = co_await lines.begin(); // expected-note {{the step is here}}
  use(static_cast<int>(it->size())); // expected-warning {{`it` is read}}
}
app::task<> by_hand_ok(app::line_reader &lines) {
  for (auto it = co_await lines.begin(); it != std::default_sentinel; co_await ++it) {
    use(*it);
    use(static_cast<int>(it->size()));
  }
}
} // namespace awaited_iterator

namespace awaited_next {
folly::coro::Task<> folly_bad(folly::coro::AsyncGenerator<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
// folly's value() asserts in debug builds only.
folly::coro::Task<> folly_value_bad(folly::coro::AsyncGenerator<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(item.value()); // expected-warning {{`item` is read}}
}
folly::coro::Task<> folly_ok(folly::coro::AsyncGenerator<int> numbers) {
  while (auto item = co_await numbers.next())
    use(*item);
}
folly::coro::Task<> folly_has_value_ok(folly::coro::AsyncGenerator<int> numbers) {
  auto item = co_await numbers.next();
  if (!item.has_value())
    co_return;
  use(item.value());
}
app::task<> own_bad(app::stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
app::task<> own_ok(app::stream<int> numbers) {
  while (auto item = co_await numbers.next())
    use(*item);
}
app::task<> expected_bad(app::row_reader rows) {
  auto found = co_await rows.next(); // expected-note {{the step is here}}
  use(found->id); // expected-warning {{`found` is read}}
}
app::task<> expected_ok(app::row_reader rows) {
  auto found = co_await rows.next();
  if (found)
    use(found->name);
}
// No name: the result of the step is read on the spot.
app::task<> on_the_spot_bad(app::stream<int> numbers) {
  use(*co_await numbers.next()); // expected-warning {{is read without a test for end}} expected-note {{the step is here}}
}
} // namespace awaited_next

namespace awaited_call {
seastar::future<> seastar_bad(seastar::coroutine::experimental::generator<int> numbers) {
  auto item = co_await numbers(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
seastar::future<> reference_bad(seastar::coroutine::experimental::generator<int &> numbers) {
  auto item = co_await numbers(); // expected-note {{the step is here}}
  use(item->get()); // expected-warning {{`item` is read}}
}
seastar::future<> seastar_ok(seastar::coroutine::experimental::generator<int> numbers) {
  while (auto item = co_await numbers())
    use(*item);
}
} // namespace awaited_call

namespace awaited_object {
asio::experimental::task<void> asio_bad(asio::experimental::generator<int> numbers) {
  auto item = co_await numbers; // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
asio::experimental::task<void> asio_ok(asio::experimental::generator<int> numbers) {
  while (auto item = co_await numbers)
    use(*item);
}
boost::cobalt::promise<> cobalt_ok(boost::cobalt::generator<int> numbers) {
  while (numbers) {
    int item = co_await numbers;
    use(item);
  }
}
boost::cobalt::promise<> cobalt_macro_ok(boost::cobalt::generator<int> numbers) {
  BOOST_COBALT_FOR(int item, numbers) use(item);
}
// Fresh, it has at least one value (or throws).
boost::cobalt::generator<int> fresh_numbers();
boost::cobalt::promise<> cobalt_first_ok() {
  auto numbers = fresh_numbers();
  use(co_await numbers);
}
boost::cobalt::promise<> cobalt_second_bad() {
  auto numbers = fresh_numbers();
  use(co_await numbers); // expected-note {{the step is here}}
  use(co_await numbers); // expected-warning {{without a test for end}}
}
boost::cobalt::promise<> cobalt_second_ok() {
  auto numbers = fresh_numbers();
  use(co_await numbers);
  if (numbers)
    use(co_await numbers);
}
} // namespace awaited_object

// The sync twin: an optional of a plain function is somebody else's business.
std::optional<int> next_number();
int twin_ok() { return *next_number(); }
app::task<> not_a_step_ok() {
  auto number = next_number();
  use(*number);
  co_return;
}
