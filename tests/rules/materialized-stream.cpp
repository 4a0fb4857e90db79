// RUN: %verify --rules=-*,materialized-stream %s
//
// Streams that are collected to be looped over once, and other uses.
#include "user_stream.h"
#include <algorithm>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/sync_wait.hpp>
#include <set>
#include <utility>
#include <vector>
using app::stream;
using app::task;
using app::use;

template <class T> task<std::vector<T>> collect(stream<T> from);
task<std::vector<int>> load();

task<> next_bad(stream<int> numbers) {
  std::vector<int> all;
  while (auto number = co_await numbers.next()) // expected-warning {{`all` holds the whole stream only to be looped over once: its items can be used as they come}}
    all.push_back(*number);
  for (int number : all)
    use(number);
}
cppcoro::task<> iterator_bad(cppcoro::async_generator<int> numbers) {
  std::set<int> all;
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) { // expected-warning {{`all` holds the whole stream}}
    all.insert(*it);
  }
  for (int number : all)
    use(number);
}
task<> call_bad(stream<int> numbers) {
  auto all = co_await collect(std::move(numbers)); // expected-warning {{`all` holds the whole stream}}
  for (int number : all)
    use(number);
}
task<> in_the_loop_bad(stream<int> numbers) {
  for (int number : co_await collect(std::move(numbers))) // expected-warning {{the result of this call holds the whole stream}}
    use(number);
}

// Used in another way, too.
task<> twice_ok(stream<int> numbers) {
  std::vector<int> all;
  while (auto number = co_await numbers.next())
    all.push_back(*number);
  for (int number : all)
    use(number);
  for (int number : all)
    use(-number);
}
task<> sorted_ok(stream<int> numbers) {
  std::vector<int> all;
  while (auto number = co_await numbers.next())
    all.push_back(*number);
  std::sort(all.begin(), all.end());
  for (int number : all)
    use(number);
}
task<> counted_ok(stream<int> numbers) {
  auto all = co_await collect(std::move(numbers));
  use(static_cast<int>(all.size()));
  for (int number : all)
    use(number);
}
task<std::vector<int>> returned_ok(stream<int> numbers) {
  std::vector<int> all;
  while (auto number = co_await numbers.next())
    all.push_back(*number);
  co_return all;
}
task<> given_ok(stream<int> numbers, std::vector<int> &all) {
  while (auto number = co_await numbers.next())
    all.push_back(*number);
  for (int number : all)
    use(number);
}
task<> some_ok(stream<int> numbers) {
  std::vector<int> all;
  while (auto number = co_await numbers.next())
    if (*number > 2)
      all.push_back(*number);
  for (int number : all)
    use(number);
}
task<> merged_ok(stream<int> left, stream<int> right) {
  std::vector<int> all;
  while (auto number = co_await left.next())
    all.push_back(*number);
  while (auto number = co_await right.next())
    all.push_back(*number);
  for (int number : all)
    use(number);
}
task<> prefilled_ok(stream<int> numbers) {
  std::vector<int> all{1, 2};
  while (auto number = co_await numbers.next())
    all.push_back(*number);
  for (int number : all)
    use(number);
}
// No stream behind it.
task<> loaded_ok() {
  for (int number : co_await load())
    use(number);
  auto all = co_await load();
  for (int number : all)
    use(number);
}
task<> repeated_ok(stream<int> numbers) {
  std::vector<int> all;
  while (auto number = co_await numbers.next())
    all.push_back(*number);
  for (int round = 0; round < 3; ++round)
    for (int number : all)
      use(number);
}
task<> suppressed_ok(stream<int> numbers) {
  for (int number : co_await collect(std::move(numbers))) // NOLINT(asynciter-materialized-stream)
    use(number);
}
