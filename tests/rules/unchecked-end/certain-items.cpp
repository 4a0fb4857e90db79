// RUN: %verify --rules=unchecked-end %s
//
// Generators in sight: what they are sure to deliver needs no test.
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <stdexcept>
using app::stream;
using app::task;
using app::use;
bool wanted(int);
void give_up();

stream<int> two() {
  co_yield 1;
  co_yield 2;
}
stream<int> endless(int from) {
  for (;;)
    co_yield from++;
}
stream<int> counted(int count) {
  for (int i = 0; i < count; ++i)
    co_yield i;
}
stream<int> until_it_throws(int left) {
  while (left-- > 0)
    co_yield left;
  throw std::runtime_error("used up");
}
stream<int> often_one(bool more) {
  if (more)
    co_yield 1;
  co_yield 2;
  if (more)
    co_return;
  co_yield 3;
}
stream<int> caught() {
  try {
    give_up();
    co_yield 1;
  } catch (...) {
  }
}
stream<int> hidden();

task<> first_ok() {
  auto numbers = two();
  auto item = co_await numbers.next();
  use(*item);
}
task<> second_ok() {
  auto numbers = two();
  auto item = co_await numbers.next();
  use(*item);
  item = co_await numbers.next();
  use(*item);
}
task<> third_bad() {
  auto numbers = two();
  (void)co_await numbers.next();
  use(*co_await numbers.next());
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> endless_ok() {
  auto numbers = endless(1);
  while (true) {
    auto item = co_await numbers.next();
    use(*item);
  }
}
task<> endless_at_once_ok() {
  auto numbers = endless(1);
  for (int i = 0; i < 100; ++i)
    use(*co_await numbers.next());
}
task<> finite_in_a_loop_bad() {
  auto numbers = two();
  while (true) {
    auto item = co_await numbers.next(); // expected-note {{the step is here}}
    use(*item); // expected-warning {{`item` is read}}
  }
}
task<> counted_bad(int count) {
  auto numbers = counted(count);
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> until_it_throws_ok() {
  auto numbers = until_it_throws(3);
  for (;;) {
    auto item = co_await numbers.next();
    use(*item);
  }
}
task<> often_one_bad() {
  auto numbers = often_one(wanted(1));
  auto item = co_await numbers.next();
  use(*item);
  item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> caught_bad() {
  auto numbers = caught();
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> hidden_bad() {
  auto numbers = hidden();
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> replaced_bad() {
  auto numbers = endless(1);
  use(*co_await numbers.next());
  numbers = hidden();
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> of_a_lambda_ok() {
  auto make = [](int from) -> stream<int> {
    while (true)
      co_yield from++;
  };
  auto numbers = make(1);
  auto item = co_await numbers.next();
  use(*item);
}

cppcoro::async_generator<int> iterated() {
  co_yield 1;
  co_yield 2;
}
cppcoro::task<> iterated_ok() {
  auto numbers = iterated();
  auto it = co_await numbers.begin();
  use(*it);
  (void)co_await ++it;
  use(*it);
}
cppcoro::task<> iterated_bad() {
  auto numbers = iterated();
  auto it = co_await numbers.begin();
  use(*it);
  (void)co_await ++it;
  use(*co_await ++it); // expected-warning {{the result of this step is read}} expected-note {{the step is here}}
}

boost::cobalt::generator<int> forever() {
  for (int i = 0;; ++i)
    co_yield i;
}
boost::cobalt::promise<void> forever_ok() {
  auto numbers = forever();
  while (true)
    use(co_await numbers);
}
boost::cobalt::generator<int> one_and_last() {
  co_yield 1;
  co_return 2;
}
boost::cobalt::promise<void> last_ok() {
  auto numbers = one_and_last();
  use(co_await numbers);
  use(co_await numbers);
}
boost::cobalt::promise<void> last_bad() {
  auto numbers = one_and_last();
  use(co_await numbers);
  use(co_await numbers); // expected-note {{the step is here}}
  use(co_await numbers); // expected-warning {{`numbers` is read}}
}

// An expectation that fails is told elsewhere, whether or not it leaves.
#define CHECK(what)                                                                                          \
  do {                                                                                                       \
    if (!(what))                                                                                             \
      give_up();                                                                                             \
  } while (0)
task<> expected_ok() {
  auto numbers = hidden();
  auto item = co_await numbers.next();
  CHECK(item);
  use(*item);
}
task<> written_out_bad() {
  auto numbers = hidden();
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  if (!item)
    give_up();
  use(*item); // expected-warning {{`item` is read}}
}
