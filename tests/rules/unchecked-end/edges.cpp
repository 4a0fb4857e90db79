// RUN: %verify %s
//
// Templates once, lambdas, macros, generators that consume.
#include "user_stream.h"
using app::stream;
using app::task;
using app::use;

template <class T> task<> template_bad(stream<T> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(static_cast<int>(*item)); // expected-warning {{`item` is read}}
}
template task<> template_bad(stream<int>);
template task<> template_bad(stream<long>);

template <class T> task<> template_ok(stream<T> numbers) {
  while (auto item = co_await numbers.next())
    use(static_cast<int>(*item));
}
template task<> template_ok(stream<int>);

stream<int> doubled_bad(stream<int> numbers) {
  auto first = co_await numbers.next(); // expected-note {{the step is here}}
  co_yield *first * 2; // expected-warning {{`first` is read}}
}
stream<int> doubled_ok(stream<int> numbers) {
  while (auto item = co_await numbers.next())
    co_yield *item * 2;
}

void lambdas(stream<int> &numbers) {
  auto read_bad = [&numbers]() -> task<int> {
    auto item = co_await numbers.next(); // expected-note {{the step is here}}
    co_return *item; // expected-warning {{`item` is read}}
  };
  app::spawn(read_bad());
}
// A test inside a lambda is not on this path.
task<> test_in_lambda_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  auto unrelated = [](std::optional<int> other) { return other ? *other : 0; };
  use(unrelated(3));
  use(*item); // expected-warning {{`item` is read}}
}

#define NEXT(s) co_await (s).next()
#define CHECK(x)                                                                                                      \
  if (!(x))                                                                                                           \
  co_return
task<> macro_bad(stream<int> numbers) {
  auto item = NEXT(numbers); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> macro_ok(stream<int> numbers) {
  auto item = NEXT(numbers);
  CHECK(item);
  use(*item);
}

task<> dead_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  co_return;
  use(*item);
}
task<> suppressed_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  use(*item); // NOLINT(asynciter-unchecked-end)
}

// `next` that is no stream's step: a plain task of an optional.
task<std::optional<int>> lookup(int key);
task<> lookup_ok() {
  auto found = co_await lookup(1);
  use(*found);
}
