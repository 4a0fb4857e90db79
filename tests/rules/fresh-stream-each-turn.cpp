// RUN: %verify %s
//
// A stream made by the loop's own condition or step, in every library; and the
// many ways in which it is not the same stream at each turn.
#include "stand-ins/asio.h"
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/sync_wait.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <memory>
#include <seastar/generator.hh>
#include <vector>
using app::stream;
using app::task;
using app::use;

stream<int> numbers(int from = 0);
stream<std::string> lines(const std::string &path);
template <class T> stream<T> numbers_of(T);

namespace each_library {
boost::cobalt::generator<int> next(int count);
boost::cobalt::promise<> cobalt_bad() {
  while (int x = co_await next(5)) // expected-warning {{`next` creates the stream anew at every turn of this loop, which sees its first item each time}}
    use(x);
}
folly::coro::AsyncGenerator<int> make();
folly::coro::Task<> folly_bad() {
  while (auto item = co_await make().next()) // expected-warning {{`make` creates the stream anew}}
    use(*item);
}
seastar::coroutine::experimental::generator<int> gen();
seastar::future<> seastar_bad() {
  while (auto item = co_await gen()()) // expected-warning {{`gen` creates the stream anew}}
    use(*item);
}
asio::experimental::generator<int> ticks(const char *name);
asio::experimental::task<void> asio_bad() {
  while (auto item = co_await ticks("a")) // expected-warning {{`ticks` creates the stream anew}}
    use(*item);
}
cppcoro::async_generator<int> each();
cppcoro::task<> cppcoro_bad() {
  for (auto it = co_await each().begin(); *it < 3; it = co_await each().begin()) // expected-warning {{`each` creates the stream anew}} expected-warning {{`it` is read without a test for end}} expected-note 0-9 {{}}
    use(3);
}
} // namespace each_library

// Every form of loop.
task<> do_bad() {
  do
    use(1);
  while (co_await numbers().next()); // expected-warning {{creates the stream anew}}
}
task<> for_bad() {
  for (int i = 0; co_await numbers().next(); ++i) // expected-warning {{creates the stream anew}}
    use(i);
}
task<> condition_bad(int most) {
  while ((co_await numbers(most).next()).has_value() && most > 2) // expected-warning {{creates the stream anew}}
    use(1);
}
task<> constant_arguments_bad(const std::string &path) {
  while (auto line = co_await lines(path).next()) // expected-warning {{`lines` creates the stream anew}}
    use(*line);
}
task<> lambda_bad() {
  auto make = []() -> stream<int> { co_yield 1; };
  while (auto item = co_await make().next()) // expected-warning {{`the lambda` creates the stream anew}}
    use(*item);
}
struct feed {
  stream<int> items() const;
  stream<int> rest();
  static stream<int> all();
};
task<> members_bad(const feed &from) {
  while (auto item = co_await from.items().next()) // expected-warning {{`feed::items` creates the stream anew}}
    use(*item);
  while (auto item = co_await feed::all().next()) // expected-warning {{`feed::all` creates the stream anew}}
    use(*item);
}
template <class T> task<> template_bad(T from) {
  while (auto item = co_await numbers_of<T>(from).next()) // expected-warning {{`numbers_of` creates the stream anew}}
    use(*item);
}
template task<> template_bad(int);
template task<> template_bad(short);

// Made once, before the loop or by its first part.
task<> once_ok() {
  auto all = numbers();
  while (auto item = co_await all.next())
    use(*item);
  for (auto other = numbers(); auto item = co_await other.next();)
    use(*item);
}
boost::cobalt::promise<> macro_ok() {
  BOOST_COBALT_FOR(auto x, each_library::next(5)) use(x);
}
cppcoro::task<> begin_ok(cppcoro::async_generator<int> given) {
  for (auto it = co_await given.begin(); it != given.end(); co_await ++it)
    use(*it);
}
// Another stream at each turn: the arguments change ...
task<> pages_ok(std::string cursor) {
  while (auto line = co_await lines(cursor).next())
    cursor = *line;
}
task<> counter_ok() {
  int at = 0;
  while (auto item = co_await numbers(at++).next())
    use(*item);
  for (int from = 0; co_await numbers(from).next(); ++from)
    use(from);
}
int current();
task<> calls_ok() {
  while (auto item = co_await numbers(current()).next())
    use(*item);
}
// ... or something remembers how far it was read.
struct socket {
  int handle;
};
stream<std::string> received(socket &from);
stream<std::string> received_from(std::shared_ptr<socket> from);
stream<std::string> received_at(socket *from);
struct session {
  std::shared_ptr<socket> with;
};
stream<std::string> received_in(session with);
task<> remembered_ok(socket &from, std::shared_ptr<socket> shared, session open) {
  while (auto line = co_await received(from).next())
    use(*line);
  while (auto line = co_await received_from(shared).next())
    use(*line);
  while (auto line = co_await received_at(&from).next())
    use(*line);
  while (auto line = co_await received_in(open).next())
    use(*line);
}
task<> objects_ok(feed from, const std::vector<int> &queue) {
  while (auto item = co_await from.rest().next())
    use(*item);
  int at = 0;
  auto make = [&at]() -> stream<int> { co_yield at++; };
  while (auto item = co_await make().next())
    use(*item);
}
struct reader {
  stream<int> items() const;
  task<> own_ok() {
    while (auto item = co_await items().next())
      use(*item);
  }
};
static int position;
stream<int> from_global() { co_yield position++; }
task<> global_ok() {
  while (auto item = co_await from_global().next())
    use(*item);
  while (auto item = co_await numbers(position).next())
    use(*item);
}
// Hand-written streams may share what they read from.
task<> proxies_ok() {
  while (auto found = co_await app::row_reader("select 1").next())
    use(found->id);
}
// The body makes streams as it likes.
task<> body_ok() {
  for (int i = 0; i < 3; ++i)
    if (auto first = co_await numbers().next())
      use(*first);
}
// No loop in truth.
task<> once_through_ok() {
  while (auto item = co_await numbers().next()) {
    use(*item);
    break;
  }
  do
    use(1);
  while (false && co_await numbers().next());
}
task<> given_ok(stream<int> all) {
  while (auto item = co_await std::move(all).next())
    use(*item);
}
task<> suppressed_ok() {
  while (auto item = co_await numbers().next()) // NOLINT(asynciter-fresh-stream-each-turn)
    use(*item);
}
task<> dead_ok() {
  co_return;
  while (auto item = co_await numbers().next())
    use(*item);
}
