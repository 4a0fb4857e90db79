// RUN: cp %s %t.cpp
// RUN: %lint --rules=-*,unused-suppression,blocking-call,unawaited-step --fix %t.cpp -- %flags
// RUN: diff %S/Inputs/fixed.txt %t.cpp
// RUN: %clang %flags -fsyntax-only %t.cpp
// RUN: %lint --rules=-*,unused-suppression,blocking-call,unawaited-step --fix %t.cpp -- %flags
// RUN: diff %S/Inputs/fixed.txt %t.cpp
//
// The fix takes away what silences nothing, and no more. A second run changes
// nothing.
#include "user_stream.h"
#include <unistd.h>

app::task<> comments(app::stream<int> numbers) {
  co_await numbers.next(); // NOLINT(asynciter-blocking-call)
  co_await numbers.next(); // NOLINT(asynciter-blocking-call): for the tests
  co_await numbers.next(); // for the tests NOLINT(asynciter-blocking-call)
  co_await numbers.next(); /* NOLINT(asynciter-blocking-call) */
  co_await /* NOLINT(asynciter-blocking-call) */ numbers.next();
  ::sleep(1); // NOLINT(asynciter-blocking-call, asynciter-unawaited-step)
  co_await numbers.next(); // NOLINT(asynciter-blocking-call, bugprone-argument-comment,asynciter-unawaited-step)
  co_await numbers.next(); // NOLINT(asynciter-blocking-cal)
  // NOLINTNEXTLINE(asynciter-blocking-call)
  co_await numbers.next();
  // NOLINTBEGIN(asynciter-blocking-call)
  co_await numbers.next();
  // NOLINTEND(asynciter-blocking-call)
  ::sleep(1); // NOLINT(asynciter-blocking-call)
}
