// RUN: %verify %s
//
// Streams of senders (libunifex): the step is a function, the end completes it
// as "done", and `done_as_optional` makes an empty result of that.
#include "user_stream.h"
#include <unifex/unifex.hpp>
using app::use;
using unifex::cleanup;
using unifex::done_as_optional;
using unifex::next;
using unifex::range_stream;
using unifex::task;

task<void> loop_ok(range_stream numbers) {
  while (auto number = co_await done_as_optional(next(numbers)))
    use(*number);
  co_await cleanup(numbers);
}
task<void> piped_ok(range_stream numbers) {
  while (auto number = co_await (next(numbers) | done_as_optional()))
    use(*number);
  co_await cleanup(numbers);
}
// Without the adaptor the end ends this coroutine as well: what comes is an item.
task<void> bare_ok(range_stream numbers) {
  use(co_await next(numbers));
  const int number = co_await next(numbers);
  use(number);
  co_await cleanup(numbers);
}
struct pointers {
  unifex::sender<int *> next() noexcept;
  unifex::sender<void> cleanup() noexcept;
};
task<void> item_is_a_pointer_ok(pointers numbers) {
  int *number = co_await next(numbers);
  use(*number);
}

task<void> unchecked_bad(range_stream numbers) {
  auto number = co_await done_as_optional(next(numbers)); // expected-note {{the step is here; its result may be end}}
  use(*number); // expected-warning {{`number` is read without a test for end: on some path nothing tests the step}}
  co_await cleanup(numbers);
}
task<void> unchecked_pipe_bad(range_stream numbers) {
  use(*co_await (next(numbers) | done_as_optional())); // expected-warning {{the result of this step is read}} expected-note {{the step}}
  co_await cleanup(numbers);
}
task<void> unawaited_bad(range_stream numbers) {
  next(numbers);                        // expected-warning {{`next` is called but never awaited: the stream does not advance}}
  (void)done_as_optional(next(numbers)); // Said to be meant.
  auto kept = done_as_optional(next(numbers)); // expected-warning {{`next` is kept in `kept` but never awaited}}
  co_await cleanup(numbers);
}
task<void> steps_on_bad(range_stream numbers) {
  for (;;) {
    auto number = co_await done_as_optional(next(numbers)); // expected-warning {{`numbers` is stepped on where a test has told its end}}
    if (!number) // expected-note {{the test is here}}
      continue;
    use(*number);
  }
}
task<void> after_loop_bad(range_stream numbers) {
  while (auto number = co_await done_as_optional(next(numbers))) // expected-note {{the test is here}}
    use(*number);
  co_await next(numbers); // expected-warning {{`numbers` is stepped on where a test has told its end}}
  co_await cleanup(numbers);
}
// Two streams, taken in turns.
task<void> merged_ok(range_stream left, range_stream right) {
  while (auto number = co_await done_as_optional(next(left))) {
    use(*number);
    if (auto other = co_await done_as_optional(next(right)))
      use(*other);
  }
  co_await cleanup(left);
  co_await cleanup(right);
}
// Handed to an algorithm, a step is neither dropped nor awaited here.
void algorithms_ok(range_stream &numbers) { (void)unifex::sync_wait(next(numbers)); }

// The sync twin: the standard library's `next` is another one.
#include <vector>
int twin_ok(const std::vector<int> &numbers) {
  auto it = std::next(numbers.begin());
  return *it;
}
