// RUN: %verify %s
//
// Which way control came decides: flags, two streams at once, tests that are
// stored, stored again, and forgotten.
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
using app::stream;
using app::task;
using app::use;

void complain();
bool wanted(int);

task<> merged_ok(stream<int> left, stream<int> right) {
  auto a = co_await left.next();
  auto b = co_await right.next();
  while (a || b) {
    if (!b || (a && *a <= *b)) {
      use(*a);
      a = co_await left.next();
    } else {
      use(*b);
      b = co_await right.next();
    }
  }
}
task<> one_of_two_ok(stream<int> left, stream<int> right) {
  auto a = co_await left.next();
  auto b = co_await right.next();
  if (!a && !b)
    co_return;
  if (!a)
    use(*b);
}
task<> flag_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  bool found = false;
  while (item) {
    if (wanted(*item)) {
      found = true;
      break;
    }
    item = co_await numbers.next();
  }
  if (found)
    use(*item);
}
enum class outcome { none, some };
task<> enumeration_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  outcome seen = outcome::none;
  if (item)
    seen = outcome::some;
  if (seen == outcome::some)
    use(*item);
}
task<> flag_of_a_flag_ok(stream<int> numbers, bool wish) {
  auto item = co_await numbers.next();
  bool good = item.has_value();
  good = good && wish;
  if (good)
    use(*item);
}
task<> flag_turned_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  bool over = item.has_value();
  over = !over;
  if (over)
    co_return;
  use(*item);
}
task<> compared_with_a_literal_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (item.has_value() == false)
    co_return;
  use(*item);
}
task<> value_first_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  use(item.value());
  use(*item);
}
task<> replaced_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item)
    item.emplace(3);
  use(*item);
}
task<> switched_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  switch (item.has_value()) {
  case true:
    use(*item);
    break;
  case false:
    break;
  }
}
task<> test_without_consequence_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  if (!item)
    complain();
  use(*item); // expected-warning {{`item` is read}}
}
task<> unrelated_flag_bad(stream<int> numbers, bool wish) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  bool found = false;
  if (wish)
    found = true;
  if (found)
    use(*item); // expected-warning {{`item` is read}}
}
// Test frameworks take a condition apart with operators of their own.
struct taken_apart {
  template <class T> taken_apart operator<<(const T &);
  template <class T> bool operator!=(const T &);
};
#define CHECK(...) (void)(taken_apart() << __VA_ARGS__)
task<> checked_ok(cppcoro::async_generator<int> numbers) {
  auto it = co_await numbers.begin();
  CHECK(it != numbers.end());
  use(*it);
  CHECK(co_await ++it != numbers.end());
  use(*it);
}
// A macro's loop runs once, whatever its condition.
bool never();
#define CHECK_ONCE(P) do { if (!(P)) complain(); } while (never())
boost::cobalt::promise<> once_ok(boost::cobalt::generator<int> numbers) {
  int i = 0;
  while (numbers)
    CHECK_ONCE(i++ == co_await numbers);
}
// Sixty-four flags: more ways than anybody follows, and no hang.
#define FLAG(n) bool f##n = false; if (wanted(n)) f##n = true; if (f##n) use(n);
#define FLAGS(n) FLAG(n##0) FLAG(n##1) FLAG(n##2) FLAG(n##3) FLAG(n##4) FLAG(n##5) FLAG(n##6) FLAG(n##7)
task<> many_ways_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  FLAGS(1) FLAGS(2) FLAGS(3) FLAGS(4) FLAGS(5) FLAGS(6) FLAGS(7) FLAGS(8)
  if (item)
    use(*item);
}
