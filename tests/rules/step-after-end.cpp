// RUN: %verify %s
//
// Steps and reads after a test has told the end; and tests that tell less.
#include "stand-ins/asio.h"
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/sync_wait.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <seastar/generator.hh>
#include <utility>
#include <vector>
using app::stream;
using app::task;
using app::use;

stream<int> make();
void log(const char *);

namespace each_library {
folly::coro::Task<> folly_bad(folly::coro::AsyncGenerator<int> numbers) {
  while (auto number = co_await numbers.next()) // expected-note {{the test is here}}
    use(*number);
  auto last = co_await numbers.next(); // expected-warning {{`numbers` is stepped on where a test has told its end}}
  if (last)
    use(*last);
}
seastar::future<> seastar_bad(seastar::coroutine::experimental::generator<int> numbers) {
  for (;;) {
    auto number = co_await numbers(); // expected-warning {{`numbers` is stepped on where a test has told its end}}
    if (!number) // expected-note {{the test is here}}
      continue;
    use(*number);
  }
}
boost::cobalt::promise<> cobalt_bad(boost::cobalt::generator<int> numbers) {
  use(co_await numbers);
  while (numbers) // expected-note {{the test is here}}
    use(co_await numbers);
  use(co_await numbers); // expected-warning {{`numbers` is stepped on}}
}
asio::experimental::task<void> asio_bad(asio::experimental::generator<int> numbers) {
  while (auto number = co_await numbers) // expected-note {{the test is here}}
    use(*number);
  (void)co_await numbers; // expected-warning {{`numbers` is stepped on}}
}
cppcoro::task<> cppcoro_bad(cppcoro::async_generator<int> numbers) {
  auto it = co_await numbers.begin();
  if (it == numbers.end()) // expected-note {{the test is here}}
    log("empty");
  co_await ++it; // expected-warning {{`it` is stepped on}}
}
} // namespace each_library

task<> read_bad(stream<int> numbers) {
  auto number = co_await numbers.next();
  if (!number) // expected-note {{the test is here}}
    use(*number); // expected-warning {{`number` is read where a test has told that there is no item}}
}
cppcoro::task<> read_iterator_bad(cppcoro::async_generator<int> numbers) {
  auto it = co_await numbers.begin();
  while (it != numbers.end()) // expected-note {{the test is here}}
    co_await ++it;
  use(*it); // expected-warning {{`it` is read where a test has told that there is no item}}
}
// Waits for ever, once the stream has ended.
task<> outer_loop_bad(stream<int> numbers) {
  for (;;) {
    while (auto number = co_await numbers.next()) // expected-warning {{`numbers` is stepped on}} expected-note {{the test is here}}
      use(*number);
    co_await app::sleep(1);
  }
}
// The shorter one is stepped on until the longer one ends: not in every library.
using folly::coro::AsyncGenerator;
folly::coro::Task<> two_streams_bad(AsyncGenerator<int> left, AsyncGenerator<int> right) {
  for (;;) {
    auto a = co_await left.next(); // expected-warning {{`left` is stepped on}}
    auto b = co_await right.next(); // expected-warning {{`right` is stepped on}}
    if (!a && !b) // expected-note 0-9 {{the test is here}}
      co_return;
    if (a) // expected-note 0-9 {{the test is here}}
      use(*a);
    if (b) // expected-note 0-9 {{the test is here}}
      use(*b);
  }
}
task<> two_streams_ok(stream<int> left, stream<int> right) {
  for (;;) {
    auto a = co_await left.next();
    auto b = co_await right.next();
    if (!a && !b)
      co_return;
    if (a)
      use(*a);
    if (b)
      use(*b);
  }
}
template <class T> task<> template_bad(stream<T> numbers) {
  while (auto number = co_await numbers.next()) // expected-note {{the test is here}}
    use(*number);
  co_await numbers.next(); // expected-warning {{`numbers` is stepped on}}
}
template task<> template_bad(stream<int>);
template task<> template_bad(stream<short>);
// A step may tell the end again, and the next test looks at that.
task<> first_and_rest_ok(stream<int> numbers) {
  auto first = co_await numbers.next();
  int found = first ? *first : 0;
  while (auto number = co_await numbers.next())
    found = *number > found ? *number : found;
  use(found);
}
folly::coro::Task<> first_and_rest_bad(AsyncGenerator<int> numbers) {
  auto first = co_await numbers.next();
  int found = first ? *first : 0; // expected-note {{the test is here}}
  while (auto number = co_await numbers.next()) // expected-warning {{`numbers` is stepped on}}
    found = *number > found ? *number : found;
  use(found);
}
task<> stored_test_bad(stream<int> numbers) {
  auto number = co_await numbers.next();
  const bool over = !number;
  if (over) // expected-note {{the test is here}}
    co_await numbers.next(); // expected-warning {{`numbers` is stepped on}}
}

// Left before the end, or not at all.
task<> header_ok(stream<int> numbers) {
  while (auto number = co_await numbers.next())
    if (*number == 0)
      break;
  co_return;
}
task<> header_and_body_ok(stream<int> numbers) {
  auto header = co_await numbers.next();
  if (!header)
    co_return;
  while (auto number = co_await numbers.next())
    use(*number + *header);
}
task<> returns_ok(stream<int> numbers) {
  for (;;) {
    auto number = co_await numbers.next();
    if (!number) {
      log("end");
      break;
    }
    use(*number);
  }
}
[[noreturn]] void fail();
task<> no_return_ok(stream<int> numbers) {
  for (;;) {
    auto number = co_await numbers.next();
    if (!number)
      fail();
    use(*number);
  }
}
// The end is remembered.
task<> flag_ok(stream<int> numbers) {
  bool over = false;
  while (!over) {
    auto number = co_await numbers.next();
    if (!number)
      over = true;
    else
      use(*number);
  }
}
task<> stopped_ok(stream<int> numbers, const bool &running) {
  while (running) {
    while (auto number = co_await numbers.next())
      use(*number);
    co_await app::sleep(1);
  }
}
task<> count_ok(stream<int> numbers, int most) {
  int misses = 0;
  while (misses < most) {
    auto number = co_await numbers.next();
    if (!number)
      misses = most;
    else
      use(*number);
  }
}
// Leaves the loop, on some day.
task<> spin_ok(stream<int> numbers, int tries) {
  for (int i = 0; i < tries; ++i) {
    auto number = co_await numbers.next();
    if (!number)
      continue;
    use(*number);
  }
}
struct consumer {
  bool running() const;
  void stop();
  bool over = false;
  task<> member_ok(stream<int> numbers) {
    while (!over) {
      auto number = co_await numbers.next();
      if (!number)
        over = true;
      else
        use(*number);
    }
  }
  task<> method_ok(stream<int> numbers) {
    while (running()) {
      auto number = co_await numbers.next();
      if (!number)
        stop();
      else
        use(*number);
    }
  }
};
// Merges two streams, and steps neither after its end.
task<> merge_ok(stream<int> left, stream<int> right) {
  auto a = co_await left.next();
  auto b = co_await right.next();
  while (a || b) {
    if (a && (!b || *a < *b)) {
      use(*a);
      a = co_await left.next();
    } else {
      use(*b);
      b = co_await right.next();
    }
  }
}
// Another stream.
task<> replaced_ok(stream<int> numbers) {
  while (auto number = co_await numbers.next())
    use(*number);
  numbers = make();
  while (auto number = co_await numbers.next())
    use(*number);
}
task<> each_ok(std::vector<stream<int>> all) {
  for (auto &numbers : all)
    while (auto number = co_await numbers.next())
      use(*number);
  for (auto numbers = make(); auto number = co_await numbers.next();)
    use(*number);
}
void refill(stream<int> &numbers);
task<> refilled_ok(stream<int> numbers) {
  for (int i = 0; i < 3; ++i) {
    while (auto number = co_await numbers.next())
      use(*number);
    refill(numbers);
  }
}
task<> captured_ok(stream<int> numbers) {
  auto renew = [&numbers] { numbers = make(); };
  while (auto number = co_await numbers.next())
    use(*number);
  renew();
  co_await numbers.next();
}
// An empty result of a hand-written class may mean "nothing yet".
task<> polled_ok(app::row_reader rows) {
  for (;;) {
    auto row = co_await rows.next();
    if (!row) {
      co_await app::sleep(10);
      continue;
    }
    use(row->id);
  }
}
task<> suppressed_ok(stream<int> numbers) {
  while (auto number = co_await numbers.next())
    use(*number);
  co_await numbers.next(); // NOLINT(asynciter-step-after-end)
}
// Sync twin: an optional is no stream.
#include <optional>
std::optional<int> pull();
void sync_ok() {
  while (auto number = pull())
    use(*number);
  (void)pull();
}
