// RUN: %verify %s
// XFAIL: *
// Rule: restarted-stream
//
// A missed alarm. The first pass is in a function that is given the stream.
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>

void use(int);
cppcoro::task<int> count(cppcoro::async_generator<int> &numbers) {
  int found = 0;
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    ++found;
  co_return found;
}
cppcoro::task<> print(cppcoro::async_generator<int> numbers) {
  use(co_await count(numbers));
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) // expected-warning {{`numbers` is begun again}}
    use(*it);
}
