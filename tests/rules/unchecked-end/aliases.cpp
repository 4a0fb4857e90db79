// RUN: %verify %s
//
// References, moves, members, captures, and results that are handed on.
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <ranges>
#include <utility>
#include <vector>
using app::stream;
using app::task;
using app::use;

task<> reference_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  auto &same = item;
  if (!same)
    co_return;
  use(*item);
  use(*same);
}
task<> reference_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  auto &same = item;
  use(*same); // expected-warning {{is read without a test for end}}
}
task<> forwarding_reference_bad(stream<int> numbers) {
  auto &&item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> stream_reference_ok(stream<int> &numbers) {
  auto &same = numbers;
  while (auto item = co_await same.next())
    use(*item);
}
cppcoro::task<> same_stream_ok(cppcoro::async_generator<int> &numbers) {
  auto &same = numbers;
  auto it = co_await numbers.begin();
  if (it != same.end())
    use(*it);
}

task<> moved_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item)
    co_return;
  auto kept = std::move(item);
  use(*kept);
}
task<> moved_on_the_spot_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*std::move(item)); // expected-warning {{`item` is read}}
}
task<> copied_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  auto kept = item;
  use(*kept); // expected-warning {{is read without a test for end}}
}

// Handed on: whoever gets the result may test it.
void take(std::optional<int>);
void take_reference(const std::optional<int> &);
bool is_end(const std::optional<int> &);
task<std::optional<int>> handed_on_ok(stream<int> numbers) {
  take(co_await numbers.next());
  auto item = co_await numbers.next();
  take_reference(item);
  co_return item;
}
task<> tested_by_function_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (is_end(item))
    co_return;
  use(*item);
}
task<> stored_ok(stream<int> numbers, std::vector<std::optional<int>> &all) {
  all.push_back(co_await numbers.next());
}
// A capture may test later, or before.
task<> captured_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  auto there = [&] { return item.has_value(); };
  if (!there())
    co_return;
  use(*item);
}

// The step result is a member.
class reader {
public:
  task<> member_bad() {
    item = co_await numbers.next(); // expected-note {{the step is here}}
    use(*item); // expected-warning {{`item` is read}}
  }
  task<> member_ok() {
    item = co_await numbers.next();
    if (!item)
      co_return;
    use(*item);
  }
  // Set by an earlier call: unknown here.
  task<> earlier_ok() {
    use(*item);
    co_return;
  }

private:
  stream<int> numbers;
  std::optional<int> item;
};
class cursor {
public:
  cppcoro::task<> open_ok() {
    at = co_await numbers.begin();
    if (at != numbers.end())
      use(*at);
  }
  cppcoro::task<> open_bad() {
    at = co_await numbers.begin(); // expected-note {{the step is here}}
    use(*at); // expected-warning {{`at` is read}}
  }

private:
  cppcoro::async_generator<int> numbers;
  cppcoro::async_generator<int>::iterator at{nullptr};
};

// Members of the item's own kind do not count as reads of it.
task<> not_a_read_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  item.reset();
  item = 3;
  use(*item);
}
task<> unevaluated_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  using type = decltype(*item);
  (void)sizeof(*item);
  (void)item;
}
