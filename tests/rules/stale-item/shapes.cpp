// RUN: %verify --rules=-*,stale-item %s
//
// References, pointers and views to an item, after the next step, in each shape.
#include "user_stream.h"

#include <asynciter/async_generator.h>
#include <asynciter/task.h>
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <seastar/generator.hh>

#include <string>
#include <string_view>
#include <vector>

using app::use;

struct row {
  int id;
  std::string name;
  std::vector<int> values;
};
void use(const row &);
void keep(const row *);

// Awaited iterators.
cppcoro::task<> reference_bad(cppcoro::async_generator<row> rows) {
  auto it = co_await rows.begin();
  if (it == rows.end())
    co_return;
  auto &first = *it; // expected-note {{it is bound to an item here}}
  co_await ++it;     // expected-note {{this step ends that item}}
  use(first.id);     // expected-warning {{`first` is used after a further step of `rows`: its item is gone}}
}
cppcoro::task<> members_bad(cppcoro::async_generator<row> rows) {
  auto it = co_await rows.begin();
  if (it == rows.end())
    co_return;
  const std::string &name = it->name;         // expected-note {{it is bound}}
  std::string_view part = it->name;           // expected-note {{it is bound}}
  const row *whole = &*it;                    // expected-note {{it is bound}}
  auto value = it->values.begin();            // expected-note {{it is bound}}
  co_await ++it;                              // expected-note 4 {{this step}}
  use(name);                                  // expected-warning {{`name` is used after a further step}}
  use(std::string(part));                     // expected-warning {{`part` is used after a further step}}
  keep(whole);                                // expected-warning {{`whole` is used after a further step}}
  use(*value);                                // expected-warning {{`value` is used after a further step}}
}
// The best so far, which the loop keeps by pointer.
cppcoro::task<> best_bad(cppcoro::async_generator<row> rows) {
  const row *best = nullptr;
  for (auto it = co_await rows.begin(); it != rows.end(); co_await ++it) { // expected-note 2 {{this step}}
    if (!best || best->id < it->id) // expected-warning {{`best` is used after a further step of `rows`}}
      best = &*it; // expected-note 2 {{it is bound}}
  }
  if (best)
    use(best->id); // expected-warning {{`best` is used after a further step of `rows`}}
}
cppcoro::task<> loop_ok(cppcoro::async_generator<row> rows) {
  row last{};
  int sum = 0;
  std::string name;
  for (auto it = co_await rows.begin(); it != rows.end(); co_await ++it) {
    auto &current = *it;
    const row *same = &current;
    std::string_view part = current.name;
    use(current);
    sum += same->id + static_cast<int>(part.size());
    last = current;
    name = it->name;
  }
  use(last);
  use(name);
  use(sum);
}
cppcoro::task<> copied_ok(cppcoro::async_generator<row> rows) {
  auto it = co_await rows.begin();
  if (it == rows.end())
    co_return;
  auto first = *it;
  const int id = it->id;
  const std::string &made = it->name + "!";
  co_await ++it;
  use(first);
  use(id);
  use(made);
  use(*it);
}
cppcoro::task<> another_stream_ok(cppcoro::async_generator<row> left, cppcoro::async_generator<row> right) {
  auto one = co_await left.begin();
  auto other = co_await right.begin();
  if (one == left.end() || other == right.end())
    co_return;
  auto &first = *one;
  co_await ++other;
  use(first);
}
cppcoro::task<> rebound_ok(cppcoro::async_generator<row> rows) {
  auto it = co_await rows.begin();
  if (it == rows.end())
    co_return;
  const row *current = &*it;
  co_await ++it;
  if (it == rows.end() || !current)
    co_return;
  current = &*it;
  use(*current);
}
cppcoro::task<> other_awaits_ok(cppcoro::async_generator<row> rows, cppcoro::task<> other) {
  for (auto it = co_await rows.begin(); it != rows.end(); co_await ++it) {
    auto &current = *it;
    co_await other;
    use(current);
  }
}
// Items that are references to what outlives the step.
cppcoro::task<> references_ok(cppcoro::async_generator<row &> rows) {
  auto it = co_await rows.begin();
  if (it == rows.end())
    co_return;
  auto &first = *it;
  co_await ++it;
  use(first);
}

// Awaited next.
asynciter::task<> result_bad(asynciter::async_generator<int> numbers) {
  auto first = co_await numbers.next();  // expected-note {{it is bound}}
  auto second = co_await numbers.next(); // expected-note {{this step}}
  if (first && second)
    use(*first + *second); // expected-warning {{`first` is used after a further step of `numbers`}}
}
asynciter::task<> highest_bad(asynciter::async_generator<int> numbers) {
  auto highest = co_await numbers.next(); // expected-note {{it is bound}}
  while (auto number = co_await numbers.next()) { // expected-note {{this step}}
    if (highest && *number > *highest) // expected-warning {{`highest` is used after a further step}}
      highest = number;
  }
}
asynciter::task<> result_ok(asynciter::async_generator<row> rows) {
  auto first = co_await rows.next();
  if (!first)
    co_return;
  const row kept = *first;
  while (auto next = co_await rows.next()) {
    auto &current = *next;
    use(current);
  }
  use(kept);
  first = co_await rows.next();
  if (first)
    use(*first);
}
folly::coro::Task<void> folly_bad(folly::coro::AsyncGenerator<row &&> rows) {
  auto first = co_await rows.next(); // expected-note {{it is bound}}
  if (!first)
    co_return;
  auto next = co_await rows.next(); // expected-note {{this step}}
  use(*first);                      // expected-warning {{`first` is used after a further step of `rows`}}
}
// A value is the result's own.
folly::coro::Task<void> folly_ok(folly::coro::AsyncGenerator<row> rows) {
  auto first = co_await rows.next();
  if (!first)
    co_return;
  auto &name = first->name;
  auto next = co_await rows.next();
  use(*first);
  use(name);
}
app::task<> own_stream_ok(app::stream<std::string> lines) {
  auto first = co_await lines.next();
  auto second = co_await lines.next();
  if (first && second)
    use(*first + *second);
}
app::task<> own_iterator_ok(app::line_reader reader) {
  auto it = co_await reader.begin();
  if (it == reader.end())
    co_return;
  auto &line = *it;
  co_await ++it;
  use(line);
}
boost::cobalt::promise<void> cobalt_ok(boost::cobalt::generator<int> numbers) {
  auto &&first = co_await numbers;
  if (numbers) {
    auto second = co_await numbers;
    use(first + second);
  }
}

// Members, and ways that control does not take.
struct consumer {
  asynciter::async_generator<row> rows;
  asynciter::task<> run_bad() {
    auto first = co_await rows.next(); // expected-note {{it is bound}}
    if (!first)
      co_return;
    auto &name = first->name; // expected-note {{it is bound}}
    co_await rows.next();     // expected-note 2 {{this step}}
    use(name);                // expected-warning {{`name` is used after a further step of `rows`}}
    use(*first);              // expected-warning {{`first` is used after a further step of `rows`}}
  }
};
asynciter::task<> branches_ok(asynciter::async_generator<row> rows, bool more) {
  auto first = co_await rows.next();
  if (!first)
    co_return;
  auto &name = first->name;
  if (more) {
    co_await rows.next();
    co_return;
  }
  use(name);
}
asynciter::task<> branches_bad(asynciter::async_generator<row> rows, bool more) {
  auto first = co_await rows.next();
  if (!first)
    co_return;
  auto &name = first->name; // expected-note {{it is bound}}
  if (more)
    co_await rows.next(); // expected-note {{this step}}
  use(name);              // expected-warning {{`name` is used after a further step of `rows`}}
}
asynciter::task<> suppressed_ok(asynciter::async_generator<row> rows) {
  auto first = co_await rows.next();
  auto second = co_await rows.next();
  if (first && second)
    use(*first); // NOLINT(asynciter-stale-item)
}
