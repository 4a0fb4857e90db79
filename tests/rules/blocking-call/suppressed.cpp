// RUN: %verify %s
#include "user_stream.h"
#include <unistd.h>
using app::task;

task<> suppressed_ok() {
  sleep(1); // NOLINT(asynciter-blocking-call)
  // NOLINTNEXTLINE(asynciter-blocking-call)
  sleep(1);
  sleep(1); // NOLINT
  sleep(1); // NOLINT(asynciter-*)
  // NOLINTBEGIN(asynciter-blocking-call)
  sleep(1);
  // NOLINTEND(asynciter-blocking-call)
  co_return;
}
task<> other_rule_bad() {
  // expected-warning@+1 {{calls `::sleep`}} expected-note@+1 {{instead}} expected-warning@+1 {{silences nothing}}
  sleep(1); // NOLINT(asynciter-unchecked-end)
  co_return;
}
