// RUN: %verify %s
//
// A test speaks only of the stream it was made with.
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
using app::stream;
using app::task;
using app::use;

cppcoro::task<> iterators_bad(cppcoro::async_generator<int> numbers, cppcoro::async_generator<int> other) {
  auto it = co_await numbers.begin(); // expected-note {{the step is here}}
  if (it == other.end()) // expected-note {{this tests `other`, not `numbers`}}
    co_return;
  use(*it); // expected-warning {{`it` is read}}
}
cppcoro::task<> swapped_bad(cppcoro::async_generator<int> numbers, cppcoro::async_generator<int> other) {
  auto it = co_await numbers.begin();
  auto at = co_await other.begin(); // expected-note {{the step is here}}
  while (it != numbers.end()) {
    use(*it);
    use(*at); // expected-warning {{`at` is read}}
    co_await ++it;
  }
}
cppcoro::task<> each_its_own_ok(cppcoro::async_generator<int> numbers, cppcoro::async_generator<int> other) {
  auto it = co_await numbers.begin();
  auto at = co_await other.begin();
  while (it != numbers.end() && at != other.end()) {
    use(*it + *at);
    co_await ++it;
    co_await ++at;
  }
}
task<> zip_bad(stream<int> left, stream<int> right) {
  while (auto a = co_await left.next()) {
    auto b = co_await right.next(); // expected-note {{the step is here}}
    use(*a);
    use(*b); // expected-warning {{`b` is read}}
  }
}
task<> tests_the_other_bad(stream<int> left, stream<int> right) {
  auto a = co_await left.next();
  auto b = co_await right.next(); // expected-note {{the step is here}}
  if (!a)
    co_return;
  use(*a);
  use(*b); // expected-warning {{`b` is read}}
}
task<> zip_ok(stream<int> left, stream<int> right) {
  while (true) {
    auto a = co_await left.next();
    auto b = co_await right.next();
    if (!a || !b)
      co_return;
    use(*a + *b);
  }
}
task<> both_ok(stream<int> left, stream<int> right) {
  auto a = co_await left.next();
  auto b = co_await right.next();
  if (a && b)
    use(*a + *b);
}
