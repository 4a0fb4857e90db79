// RUN: %verify %s
//
// Second passes over generators, and what is no second pass.
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <asynciter/async_generator.h>
#include <asynciter/task.h>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/sync_wait.hpp>
#include <utility>
#include <vector>
using app::use;
using cppcoro::async_generator;
using cppcoro::task;

async_generator<int> make();

task<> two_loops_bad(async_generator<int> numbers) {
  int count = 0;
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) // expected-note {{it is begun here}} expected-note {{this is known to have told its end}}
    ++count;
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) // expected-warning {{`numbers` is begun again after its end: a stream has one pass only}}
    use(*it);
}
task<> local_bad() {
  auto numbers = make();
  auto it = co_await numbers.begin(); // expected-note {{it is begun here}}
  while (it != numbers.end()) // expected-note {{told its end}}
    co_await ++it;
  it = co_await numbers.begin(); // expected-warning {{`numbers` is begun again after its end}}
}
QCoro::Task<> qcoro_bad(QCoro::AsyncGenerator<int> &numbers) {
  QCORO_FOREACH(int x, numbers) use(x); // expected-note 2 {{}}
  QCORO_FOREACH(int x, numbers) use(x); // expected-warning {{`numbers` is begun again after its end}}
}
asynciter::task<> steps_and_begin_bad(asynciter::async_generator<int> numbers) {
  while (auto number = co_await numbers.next()) // expected-note {{told its end}}
    use(*number);
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) // expected-warning {{`numbers` is begun again after its end}}
    use(*it);
}
// A loop around the loop.
task<> rounds_bad(async_generator<int> numbers, int rounds) {
  for (int i = 0; i < rounds; ++i)
    for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) // expected-warning {{`numbers` is begun again}} expected-note 2 {{}}
      use(*it);
}
// Two iterators at once.
task<> two_iterators_bad(async_generator<int> numbers) {
  auto first = co_await numbers.begin(); // expected-note {{it is begun here}}
  auto second = co_await numbers.begin(); // expected-warning {{`numbers` is begun again while its first iterator is in use: a stream has one position only}}
  if (first != numbers.end() && second != numbers.end())
    use(*first + *second);
}
template <class T> task<> template_bad(async_generator<T> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) // expected-note 2 {{}}
    use(*it);
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) // expected-warning {{`numbers` is begun again}}
    use(*it);
}
template task<> template_bad(async_generator<int>);
template task<> template_bad(async_generator<short>);

// A header, then a body: the second loop goes on where the first one left.
task<> header_and_body_ok(async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it) {
    if (*it == 0)
      break;
    use(*it);
  }
}
task<> goes_on_ok(async_generator<int> numbers) {
  auto header = co_await numbers.begin();
  if (header == numbers.end())
    co_return;
  use(*header);
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
}
// Another stream.
task<> fresh_ok(async_generator<int> numbers, bool again) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
  numbers = make();
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
  do {
    auto other = make();
    for (auto it = co_await other.begin(); it != other.end(); co_await ++it)
      use(*it);
  } while (again);
}
task<> each_of_many_ok(std::vector<async_generator<int>> all) {
  for (auto &numbers : all)
    for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
      use(*it);
}
void refill(async_generator<int> &numbers);
task<> refilled_ok(async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
  refill(numbers);
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
}
task<> either_ok(async_generator<int> numbers, bool backwards) {
  if (backwards) {
    for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
      use(-*it);
  } else {
    for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
      use(*it);
  }
}
task<> returns_ok(async_generator<int> numbers, int wanted) {
  for (;;) {
    auto it = co_await numbers.begin();
    if (it == numbers.end() || *it == wanted)
      co_return;
  }
}
task<> remembered_ok(async_generator<int> numbers) {
  bool over = false;
  while (!over) {
    auto it = co_await numbers.begin();
    if (it == numbers.end())
      over = true;
    else
      use(*it);
  }
}
// A table may be read as often as one likes.
app::task<> hand_written_ok(app::line_reader lines) {
  for (auto it = co_await lines.begin(); it != lines.end(); co_await ++it)
    use(*it);
  for (auto it = co_await lines.begin(); it != lines.end(); co_await ++it)
    use(*it);
}
task<> suppressed_ok(async_generator<int> numbers) {
  for (auto it = co_await numbers.begin(); it != numbers.end(); co_await ++it)
    use(*it);
  (void)co_await numbers.begin(); // NOLINT(asynciter-restarted-stream)
}
