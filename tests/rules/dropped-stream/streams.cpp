// RUN: %verify %s
//
// Streams that nobody iterates, in every library, and the ways to hand one on.
#include "stand-ins/asio.h"
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <memory>
#include <optional>
#include <seastar/generator.hh>
#include <tuple>
#include <utility>
#include <vector>
using app::stream;
using app::task;
using app::use;

namespace each_library {
cppcoro::async_generator<int> from_cppcoro();
folly::coro::AsyncGenerator<int> from_folly();
QCoro::AsyncGenerator<int> from_qcoro();
seastar::coroutine::experimental::generator<int> from_seastar();
asio::experimental::generator<int> from_asio(asio::io_context &);
stream<int> numbers();

task<> statement_bad(asio::io_context &io) {
  from_cppcoro();  // expected-warning {{the stream that `from_cppcoro` creates is never iterated}}
  from_folly();    // expected-warning {{never iterated}}
  from_qcoro();    // expected-warning {{never iterated}}
  from_seastar();  // expected-warning {{never iterated}}
  from_asio(io);   // expected-warning {{never iterated}}
  numbers();       // expected-warning {{the stream that `numbers` creates is never iterated}}
  co_return;
}
task<> unused_local_bad() {
  auto a = from_cppcoro();      // expected-warning {{never iterated}}
  auto b = from_folly();        // expected-warning {{never iterated}}
  const auto &c = from_qcoro(); // expected-warning {{never iterated}}
  auto &&d = from_seastar();    // expected-warning {{never iterated}}
  stream<int> e = numbers();    // expected-warning {{never iterated}}
  co_return;
}
// Outside of a coroutine too.
void plain_bad() {
  numbers();                 // expected-warning {{never iterated}}
  auto unused = numbers();   // expected-warning {{never iterated}}
}

task<> iterated_ok() {
  auto all = numbers();
  while (auto item = co_await all.next())
    use(*item);
  use(*(co_await numbers().next())); // NOLINT(asynciter-unchecked-end)
}
cppcoro::task<> iterators_ok() {
  auto all = from_cppcoro();
  for (auto it = co_await all.begin(); it != all.end(); co_await ++it)
    use(*it);
}
seastar::future<> call_ok() {
  auto all = from_seastar();
  while (auto item = co_await all())
    use(*item);
}
asio::experimental::task<void> object_ok(asio::io_context &io) {
  auto all = from_asio(io);
  while (auto item = co_await all)
    use(*item);
}
// Boost.Cobalt's generator starts at once, and is cancelled as soon as it is
// dropped.
boost::cobalt::generator<int> from_cobalt();
boost::cobalt::promise<> eager_bad() {
  auto running = from_cobalt(); // expected-warning {{never iterated}}
  co_return;
}
} // namespace each_library
using each_library::numbers;

// Deliberate.
task<> discarded_ok() {
  (void)numbers();
  static_cast<void>(numbers());
  std::ignore = numbers();
  [[maybe_unused]] auto kept = numbers();
  auto also = numbers();
  (void)also;
  co_return;
}

// Handed on.
void take(stream<int>);
void look(stream<int> &);
template <class F> void call(F &&);
stream<int> returned_ok() { return numbers(); }
stream<int> returned_local_ok() {
  auto all = numbers();
  return all;
}
stream<int> returned_moved_ok() {
  auto all = numbers();
  if (false)
    return {};
  return std::move(all);
}
task<> handed_on_ok(std::vector<stream<int>> &queue, std::optional<stream<int>> &slot) {
  take(numbers());
  auto moved = numbers();
  take(std::move(moved));
  auto lent = numbers();
  look(lent);
  queue.push_back(numbers());
  queue.emplace_back(numbers());
  slot = numbers();
  slot.emplace(numbers());
  auto owned = std::make_unique<stream<int>>(numbers());
  take(std::move(*owned));
  auto addressed = numbers();
  auto *pointer = &addressed;
  look(*pointer);
  co_return;
}
task<> captured_ok() {
  auto all = numbers();
  auto by_reference = [&all]() -> task<> { co_await all.next(); };
  co_await by_reference();
  auto other = numbers();
  auto by_move = [inner = std::move(other)]() mutable -> task<> { co_await inner.next(); };
  co_await by_move();
  auto init = [inner = numbers()]() mutable -> task<> { co_await inner.next(); };
  co_await init();
}
struct holder {
  holder() : first(numbers()) {}
  void replace() { first = numbers(); }
  stream<int> first;
  stream<int> second = numbers();
};
struct pair_of_streams {
  stream<int> left, right;
};
pair_of_streams aggregate_ok() { return {numbers(), numbers()}; }
stream<int> global_ok = numbers();
task<> static_local_ok() {
  static auto once = numbers();
  co_return;
}
task<> member_through_pointer_ok(holder *h) {
  h->first = numbers();
  co_return;
}
task<> chosen_ok(bool b) {
  auto all = b ? numbers() : numbers();
  co_await all.next();
}
task<> empty_ok() {
  stream<int> later;
  later = numbers();
  co_await later.next();
}

// Moved is handed on, even if only to another unused local.
task<> moved_into_unused_ok() {
  auto all = numbers();
  auto other = std::move(all);
  co_return;
}

// Sync twins.
struct range {};
range make_range();
app::sync_generator<int> squares();
void twin_ok() {
  make_range();
  squares();
  auto unused = squares();
}
