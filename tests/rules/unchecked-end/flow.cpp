// RUN: %verify %s
//
// A test guards a read only where control must pass it on the way.
#include "user_stream.h"
#include <cassert>
#include <string>
using app::stream;
using app::task;
using app::use;

task<> nothing_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read without a test for end}}
}
// One finding per step: its first unguarded read.
task<> only_the_first_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
  use(*item);
  use(*item + 1);
}

task<> early_return_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item)
    co_return;
  use(*item);
}
task<> early_throw_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item)
    throw 1;
  use(*item);
}
[[noreturn]] void fail();
task<> early_noreturn_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item)
    fail();
  use(*item);
}
void complain();
task<> complains_and_goes_on_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  if (!item)
    complain();
  use(*item); // expected-warning {{`item` is read}}
}
// Here the end is known, not untested: step-after-end's finding.
task<> wrong_side_bad(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item) // expected-note {{the test is here}}
    use(*item); // expected-warning {{where a test has told that there is no item}}
}
task<> else_side_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item)
    complain();
  else
    use(*item);
}
task<> one_path_bad(stream<int> numbers, bool careful) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  if (careful) {
    if (!item)
      co_return;
  }
  use(*item); // expected-warning {{`item` is read}}
}

// Stored tests.
task<> stored_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  bool done = !item;
  if (done)
    co_return;
  use(*item);
}
task<> stored_positive_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  const bool there = item.has_value();
  if (there)
    use(*item);
}
task<> stored_unused_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  bool done = !item;
  (void)done;
  use(*item); // expected-warning {{`item` is read}}
}
task<> stored_before_step_bad(stream<int> numbers) {
  auto item = co_await numbers.next();
  bool there = item.has_value();
  item = co_await numbers.next(); // expected-note {{the step is here}}
  if (there)
    use(*item); // expected-warning {{`item` is read}}
}

// Negations, chains.
task<> double_negation_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!!item)
    use(*item);
}
task<> negated_equality_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!(item == std::nullopt))
    use(*item);
}
task<> equality_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (item == std::nullopt)
    co_return;
  use(*item);
}
task<> and_ok(stream<int> numbers, bool wanted) {
  auto item = co_await numbers.next();
  if (item && *item > 3)
    use(*item);
  if (wanted && item && *item < 3)
    use(*item);
}
task<> and_wrong_order_bad(stream<int> numbers) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  if (*item > 3 && item) // expected-warning {{`item` is read}}
    complain();
}
task<> or_guards_nothing_bad(stream<int> numbers, bool forced) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  if (item || forced)
    use(*item); // expected-warning {{`item` is read}}
}
task<> or_of_end_ok(stream<int> numbers, bool stop) {
  auto item = co_await numbers.next();
  if (!item || stop)
    co_return;
  use(*item);
}
task<> or_read_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item || *item == 0)
    co_return;
  use(*item);
}
task<> ternary_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  use(item ? *item : 0);
}
task<> ternary_wrong_side_bad(stream<int> numbers) { // step-after-end's
  auto item = co_await numbers.next();
  use(item ? 0 : *item); // expected-warning {{where a test has told that there is no item}} expected-note {{}}
}
task<> ternary_bad(stream<int> numbers, bool b) {
  auto item = co_await numbers.next(); // expected-note {{the step is here}}
  use(b ? 0 : *item); // expected-warning {{`item` is read}}
}

// Loops.
task<> while_ok(stream<int> numbers) {
  while (auto item = co_await numbers.next())
    use(*item);
}
task<> forever_break_ok(stream<int> numbers) {
  for (;;) {
    auto item = co_await numbers.next();
    if (!item)
      break;
    use(*item);
  }
}
task<> while_true_continue_ok(stream<int> numbers) {
  while (true) {
    auto item = co_await numbers.next();
    if (item) {
      use(*item);
      continue;
    }
    break;
  }
}
task<> forever_bad(stream<int> numbers) {
  for (;;) {
    auto item = co_await numbers.next(); // expected-note {{the step is here}}
    use(*item); // expected-warning {{`item` is read}}
  }
}
task<> too_late_bad(stream<int> numbers) {
  while (true) {
    auto item = co_await numbers.next(); // expected-note {{the step is here}}
    use(*item); // expected-warning {{`item` is read}}
    if (!item)
      break;
  }
}
task<> do_while_bad(stream<int> numbers) {
  std::optional<int> item;
  do {
    item = co_await numbers.next(); // expected-note {{the step is here}}
    use(*item); // expected-warning {{`item` is read}}
  } while (item);
}
task<> do_while_ok(stream<int> numbers) {
  std::optional<int> item;
  do {
    item = co_await numbers.next();
    if (item)
      use(*item);
  } while (item);
}
task<> for_with_step_ok(stream<int> numbers) {
  for (auto item = co_await numbers.next(); item; item = co_await numbers.next())
    use(*item);
}
task<> counted_bad(stream<int> numbers) {
  for (int i = 0; i < 10; ++i) {
    auto item = co_await numbers.next(); // expected-note {{the step is here}}
    use(*item); // expected-warning {{`item` is read}}
  }
}
task<> assigned_in_condition_ok(stream<int> numbers) {
  std::optional<int> item;
  while ((item = co_await numbers.next()))
    use(*item);
}
task<> step_in_condition_ok(stream<int> numbers) {
  if (auto item = co_await numbers.next(); item)
    use(*item);
  if (auto item = co_await numbers.next(); item.has_value() && *item > 2)
    use(*item);
}
task<> after_the_loop_bad(stream<int> numbers) {
  std::optional<int> last;
  while (true) {
    last = co_await numbers.next();
    if (!last) // expected-note {{the test is here}}
      break;
  }
  // It is known to be the end: step-after-end's.
  use(*last); // expected-warning {{where a test has told that there is no item}}
}

// A new step needs a new test.
task<> stepped_again_bad(stream<int> numbers) {
  auto item = co_await numbers.next();
  if (!item)
    co_return;
  use(*item);
  item = co_await numbers.next(); // expected-note {{the step is here}}
  use(*item); // expected-warning {{`item` is read}}
}
task<> pairs_bad(stream<int> numbers) {
  while (auto key = co_await numbers.next()) {
    auto value = co_await numbers.next(); // expected-note {{the step is here}}
    use(*key + *value); // expected-warning {{`value` is read}}
  }
}

// switch, try, goto.
task<> switch_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  switch (static_cast<int>(item.has_value())) {
  case 0:
    co_return;
  default:
    use(*item);
  }
}
task<> switch_inside_ok(stream<int> numbers) {
  while (auto item = co_await numbers.next()) {
    switch (*item) {
    case 1:
      use(*item);
      break;
    default:
      break;
    }
  }
}
task<> try_bad(stream<int> numbers) {
  std::optional<int> item;
  try {
    item = co_await numbers.next(); // expected-note {{the step is here}}
  } catch (...) {
    co_return;
  }
  use(*item); // expected-warning {{`item` is read}}
}
task<> try_ok(stream<int> numbers) {
  try {
    auto item = co_await numbers.next();
    if (!item)
      co_return;
    use(*item);
  } catch (...) {
  }
}

// An assertion is a test where it is compiled.
task<> assert_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  assert(item);
  use(*item);
}

// Reads that are defined at the end.
task<> value_or_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  use(item.value_or(0));
  use((co_await numbers.next()).value_or(1));
}
task<> value_throws_ok(stream<int> numbers) {
  auto item = co_await numbers.next();
  use(item.value());
}
