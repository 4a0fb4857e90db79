// RUN: %verify %s
//
// The libraries' loop macros. What is wrong in the loop is reported where the
// user wrote it; what the macro itself does is nobody's mistake.
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <asynciter/async_generator.h>
#include <asynciter/for_each.h>
#include <asynciter/take.h>
#include <asynciter/task.h>
#include <boost/cobalt.hpp>
#include <unistd.h>
using app::use;
namespace cobalt = boost::cobalt;

QCoro::AsyncGenerator<int> count(int from);
cobalt::generator<int> deal(int from);
asynciter::async_generator<int> items(int from);

QCoro::Task<> qcoro_ok() {
  QCORO_FOREACH(int n, count(1))
    use(n);
}
cobalt::promise<> cobalt_ok() {
  BOOST_COBALT_FOR(int n, deal(1))
    use(n);
}
asynciter::task<> own_ok(asynciter::async_generator<int> &numbers) {
  ASYNCITER_FOR (int n, items(1))
    use(n);
  ASYNCITER_FOR (auto &n, items(1) | asynciter::take(3)) {
    if (n == 2)
      break;
  }
  ASYNCITER_FOR (int n, numbers)
    ASYNCITER_FOR (int m, items(n))
      use(m);
}

QCoro::Task<> qcoro_bad() {
  QCORO_FOREACH(int n, count(1))
    ::sleep(n); // expected-warning {{`qcoro_bad` blocks its thread: it calls `::sleep`}} expected-note {{instead}}
}
cobalt::promise<> cobalt_bad() {
  BOOST_COBALT_FOR(int n, deal(1)) {
    ::sleep(n); // expected-warning {{`cobalt_bad` blocks its thread: it calls `::sleep`}} expected-note {{instead}}
  }
}
asynciter::task<> own_bad() {
  ASYNCITER_FOR (int n, items(1))
    ::sleep(n); // expected-warning {{`own_bad` blocks its thread: it calls `::sleep`}} expected-note {{instead}}
}
// In an argument.
QCoro::Task<> qcoro_argument_bad() {
  QCORO_FOREACH(
      int n,
      count(::sleep(1))) // expected-warning {{`qcoro_argument_bad` blocks its thread: it calls `::sleep`}} expected-note {{instead}}
    use(n);
}
asynciter::task<> own_argument_bad() {
  ASYNCITER_FOR (
      int n,
      items(::sleep(1))) // expected-warning {{`own_argument_bad` blocks its thread: it calls `::sleep`}} expected-note {{instead}}
    use(n);
}
// Of the macro itself, at its name.
QCoro::Task<> qcoro_twice_bad(QCoro::AsyncGenerator<int> numbers) {
  QCORO_FOREACH(int n, numbers) // expected-note 2 {{}}
    use(n);
  QCORO_FOREACH(int n, numbers) // expected-warning {{`numbers` is begun again after its end: a stream has one pass only}}
    use(n);
}
cobalt::promise<> cobalt_after_bad(cobalt::generator<int> numbers) {
  BOOST_COBALT_FOR(int n, numbers) // expected-note {{the test is here}}
    use(n);
  use(co_await numbers); // expected-warning {{`numbers` is stepped on where a test has told its end}}
}
// A macro of the user's own, in which the mistake is: where it is used.
#define TAKE_ONE(stream) use(*co_await (stream).next())
app::task<> own_macro_bad(app::stream<int> numbers) {
  TAKE_ONE(numbers); // expected-warning {{the result of this step is read without a test for end}} expected-note {{the step}}
}
app::task<> silenced_ok(app::stream<int> numbers) {
  TAKE_ONE(numbers); // NOLINT(asynciter-unchecked-end)
}

// The sync twin.
void twin_ok() {
  for (int n : {1, 2})
    ::sleep(n);
}
