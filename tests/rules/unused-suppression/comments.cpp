// RUN: %verify %s
//
// Comments that silence nothing any more, and those that do. What is expected
// stands on another line, lest it be part of the comment.
#include "user_stream.h"
#include <unistd.h>
using app::stream;
using app::task;

task<> lines_bad(stream<int> numbers) {
  // expected-warning@+1 {{this comment silences nothing: no `blocking-call` is reported here}}
  co_await numbers.next(); // NOLINT(asynciter-blocking-call)
  // expected-warning@+1 {{no `unawaited-step` is reported here}}
  ::sleep(1); // NOLINT(asynciter-blocking-call, asynciter-unawaited-step)
  // expected-warning@+1 {{no `blocking-call` and no `unawaited-step` is reported here}}
  co_await numbers.next(); // NOLINT(asynciter-blocking-call, bugprone-argument-comment,asynciter-unawaited-step)
  // expected-warning@+1 {{silences nothing}}
  co_await numbers.next(); // NOLINT(asynciter-blocking-call): for the tests
  // expected-warning@+1 {{silences nothing}}
  co_await numbers.next(); /* NOLINT(asynciter-blocking-call) */
}
// expected-warning@+2 {{silences nothing}}
task<> next_line_bad(stream<int> numbers) {
  // NOLINTNEXTLINE(asynciter-blocking-call)
  co_await numbers.next();
}
// expected-warning@+2 {{silences nothing}}
task<> region_bad(stream<int> numbers) {
  // NOLINTBEGIN(asynciter-blocking-call)
  co_await numbers.next();
  co_await numbers.next();
  // NOLINTEND(asynciter-blocking-call)
}
// expected-warning@+2 {{there is no rule `blocking-cal` to silence}}
task<> misspelt_bad(stream<int> numbers) {
  co_await numbers.next(); // NOLINT(asynciter-blocking-cal)
}

task<> silences_ok(stream<int> numbers) {
  ::sleep(1); // NOLINT(asynciter-blocking-call)
  // NOLINTNEXTLINE(asynciter-blocking-call)
  ::sleep(1);
  // NOLINTBEGIN(asynciter-blocking-call)
  co_await numbers.next();
  ::sleep(1);
  // NOLINTEND(asynciter-blocking-call)
}
// Not only ours, not by name, not in a comment, not run here.
task<> not_ours_ok(stream<int> numbers) {
  co_await numbers.next(); // NOLINT
  co_await numbers.next(); // NOLINT(bugprone-argument-comment)
  co_await numbers.next(); // NOLINT(asynciter-*)
  co_await numbers.next(); // NOLINT(*)
  (void)"NOLINT(asynciter-blocking-call)";
}
#define PAUSE ::sleep(1)
task<> macro_ok() {
  PAUSE; // NOLINT(asynciter-blocking-call)
  co_return;
}
task<> on_purpose_ok(stream<int> numbers) {
  co_await numbers.next(); // NOLINT(asynciter-blocking-call, asynciter-unused-suppression)
}
// Another build may need it.
task<> conditional_ok(stream<int> numbers) {
#ifdef SLOW
  ::sleep(1); // NOLINT(asynciter-blocking-call)
#else
  co_await numbers.next(); // NOLINT(asynciter-blocking-call)
#endif
  // NOLINTBEGIN(asynciter-blocking-call)
# if defined(SLOW)
  ::sleep(1);
# endif
  // NOLINTEND(asynciter-blocking-call)
  co_return;
}
#if 1
// expected-warning@+2 {{there is no rule `blocking-cal` to silence}}
task<> conditional_bad(stream<int> numbers) {
  co_await numbers.next(); // NOLINT(asynciter-blocking-cal)
}
#endif
// expected-warning@+2 {{silences nothing}}
task<> behind_bad(stream<int> numbers) {
  co_await numbers.next(); // NOLINT(asynciter-blocking-call)
}
