// RUN: %check_fixes %s
// RUN: FileCheck-19 --input-file=%t/safe-unawaited-step.cpp %s --match-full-lines
//
// `co_await` is put before the step, where it may stand.
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <seastar/generator.hh>
#include <unifex/unifex.hpp>
using app::stream;
using app::task;
using app::use;

// CHECK: task<> several(stream<int> numbers, stream<int> others) {
task<> several(stream<int> numbers, stream<int> others) {
  numbers.next(), others.next();
  // CHECK-NEXT: co_await numbers.next(), co_await others.next();
  numbers.next(); others.next(); // On one line.
  // CHECK: co_await numbers.next(); co_await others.next(); // On one line.
  if (!numbers.next() || others.next())
    // CHECK: if (!co_await numbers.next() || co_await others.next())
    co_return;
  auto kept = numbers.next();
  // CHECK: auto kept = co_await numbers.next();
}
// CHECK: cppcoro::task<> increment(cppcoro::async_generator<int> numbers) {
cppcoro::task<> increment(cppcoro::async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); ++it)
    // CHECK: for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
}
folly::coro::Task<> next(folly::coro::AsyncGenerator<int> numbers) {
  numbers.next();
  // CHECK: co_await numbers.next();
  co_return;
}
seastar::future<> call(seastar::coroutine::experimental::generator<int> numbers) {
  numbers();
  // CHECK: co_await numbers();
  co_return;
}
// CHECK: unifex::task<void> senders(unifex::range_stream numbers) {
unifex::task<void> senders(unifex::range_stream numbers) {
  unifex::next(numbers);
  // CHECK-NEXT: co_await unifex::next(numbers);
  unifex::done_as_optional(unifex::next(numbers));
  // CHECK: co_await unifex::done_as_optional(unifex::next(numbers));
  unifex::next(numbers) | unifex::done_as_optional();
  // CHECK: unifex::next(numbers) | unifex::done_as_optional();
  co_await unifex::cleanup(numbers);
}
// Once, in the pattern.
// CHECK: template <class T> task<> pattern(stream<T> numbers) {
template <class T> task<> pattern(stream<T> numbers) {
  numbers.next();
  // CHECK-NEXT: co_await numbers.next();
  co_return;
}
template task<> pattern<int>(stream<int>);
template task<> pattern<short>(stream<short>);

// Left as they are: no coroutine, a handler, a macro.
// CHECK: void plain(stream<int> &numbers) {
void plain(stream<int> &numbers) {
  numbers.next();
  // CHECK-NEXT: numbers.next();
}
// CHECK: task<> handler(stream<int> numbers) {
task<> handler(stream<int> numbers) {
  try {
    numbers.next();
    // CHECK: co_await numbers.next();
  } catch (...) {
    numbers.next();
    // CHECK: numbers.next();
  }
  co_return;
}
#define STEP(stream) (stream).next()
// CHECK: task<> macro(stream<int> numbers) {
task<> macro(stream<int> numbers) {
  STEP(numbers);
  // CHECK-NEXT: STEP(numbers);
  co_return;
}
#define TWICE(step)                                                                                          \
  step;                                                                                                      \
  step
// CHECK: task<> argument(stream<int> numbers) {
task<> argument(stream<int> numbers) {
  TWICE(numbers.next());
  // CHECK-NEXT: TWICE({{.*}}numbers.next());
  co_return;
}
