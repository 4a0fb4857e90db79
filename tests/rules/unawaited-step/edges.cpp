// RUN: %verify %s
//
// Templates once, macros, lambdas, dead code.
#include "user_stream.h"
using app::stream;
using app::task;
using app::use;

template <class T> task<> template_bad(stream<T> numbers) {
  numbers.next(); // expected-warning {{never awaited}}
  co_return;
}
template task<> template_bad(stream<int>);
template task<> template_bad(stream<long>);

template <class Stream> task<> any_stream_bad(Stream numbers) {
  numbers.next(); // expected-warning {{never awaited}}
  co_return;
}
template task<> any_stream_bad(stream<int>);
// The same template over something synchronous.
struct counter {
  int next();
};
template <class Source> task<> any_source_ok(Source source) {
  source.next();
  co_return;
}
template task<> any_source_ok(counter);

#define STEP(s) (s).next()
task<> macro_bad(stream<int> numbers) {
  STEP(numbers); // expected-warning {{never awaited}}
  co_return;
}
task<> macro_ok(stream<int> numbers) {
  co_await STEP(numbers);
}

task<> lambda_bad(stream<int> numbers) {
  auto skip = [&] {
    numbers.next(); // expected-warning {{never awaited}}
  };
  skip();
  co_return;
}
// The result of the lambda is the step.
task<> lambda_ok(stream<int> numbers) {
  auto step = [&] { return numbers.next(); };
  co_await step();
}

task<> branches_bad(stream<int> numbers, bool b) {
  if (b)
    numbers.next(); // expected-warning {{never awaited}}
  else
    co_await numbers.next();
  switch (int(b)) {
  case 0:
    numbers.next(); // expected-warning {{never awaited}}
  }
}
task<> dead_ok(stream<int> numbers) {
  if constexpr (false)
    numbers.next();
  co_return;
  numbers.next();
}
task<> suppressed_ok(stream<int> numbers) {
  numbers.next(); // NOLINT(asynciter-unawaited-step)
  co_return;
}
task<> unevaluated_ok(stream<int> numbers) {
  using type = decltype(numbers.next());
  (void)sizeof(numbers.next());
  co_return;
}

// A pipe-like wrapper's own step is a step too.
struct wrapper {
  task<std::optional<int>> next() { return inner.next(); }
  stream<int> inner;
};
task<> wrapper_bad(wrapper w) {
  w.next(); // expected-warning {{never awaited}}
  co_return;
}

// A task that is dropped is not a step: other tools speak of it.
task<> work();
task<> task_ok() {
  work();
  co_return;
}
