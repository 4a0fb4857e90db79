// RUN: %verify %s
//
// Every form of NOLINT, in both front ends (the test format compares them).
#include "user_stream.h"
#include <unistd.h>
using app::stream;
using app::task;

#define PAUSE ::sleep(1) // expected-note 0-9 {{macro}}

task<> silent(stream<int> numbers) {
  ::sleep(1); // NOLINT
  ::sleep(1); // NOLINT: on purpose
  ::sleep(1); // NOLINT(asynciter-blocking-call)
  ::sleep(1); // NOLINT(asynciter-blocking-call, asynciter-unawaited-step) expected-warning {{no `unawaited-step` is reported here}}
  ::sleep(1); // NOLINT(asynciter-*)
  ::sleep(1); // NOLINT(*)
  ::sleep(1); /* NOLINT */
  // NOLINTNEXTLINE
  ::sleep(1);
  // NOLINTNEXTLINE(asynciter-blocking-call)
  ::sleep(1);
  // NOLINTNEXTLINE(*-blocking-call)
  ::sleep(1);
  PAUSE; // NOLINT(asynciter-blocking-call)
  // NOLINTBEGIN
  ::sleep(1);
  numbers.next();
  // NOLINTEND
  // NOLINTBEGIN(asynciter-blocking-call)
  // NOLINTBEGIN(asynciter-unawaited-step)
  ::sleep(1);
  numbers.next();
  // NOLINTEND(asynciter-unawaited-step)
  ::sleep(1);
  // NOLINTEND(asynciter-blocking-call)
  co_return;
}

task<> told(stream<int> numbers) {
  // NOLINT
  ::sleep(1); // expected-warning {{blocks}} expected-note {{}}
  ::sleep(1); // NOLINT(blocking-call) expected-warning {{blocks}} expected-note {{}}
  ::sleep(1); // NOLINT(asynciter-unawaited-step) expected-warning {{blocks}} expected-note {{}} expected-warning {{silences nothing}}
  ::sleep(1); // NOLINT() expected-warning {{blocks}} expected-note {{}}
  // NOLINTNEXTLINE(asynciter-unawaited-step) expected-warning {{silences nothing}}
  ::sleep(1); // expected-warning {{blocks}} expected-note {{}}
  // NOLINTNEXTLINE

  ::sleep(1); // expected-warning {{blocks}} expected-note {{}}
  // NOLINTBEGIN(asynciter-unawaited-step)
  ::sleep(1); // expected-warning {{blocks}} expected-note {{}}
  numbers.next();
  // NOLINTEND(asynciter-unawaited-step)
  numbers.next(); // expected-warning {{never awaited}}
  co_return;
}
