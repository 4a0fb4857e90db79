// RUN: %verify %s
//
// What cannot run is not reported.
#include "user_stream.h"
#include <type_traits>
#include <unistd.h>
using app::task;
// expected-note@* 1+ {{instead}}

task<> after_return_ok() {
  co_return;
  sleep(1);
}
task<> constexpr_if_ok() {
  if constexpr (false)
    sleep(1);
  if constexpr (sizeof(int) > 1)
    co_return;
  else
    sleep(1);
}
task<> constexpr_if_bad() {
  if constexpr (true)
    sleep(1); // expected-warning {{calls `::sleep`}}
  co_return;
}
task<> never_ok() {
  if (false)
    sleep(1);
  while (true)
    co_await app::sleep(1);
  sleep(1);
}
task<> after_throw_ok() {
  throw 1;
  sleep(1);
  co_return;
}
[[noreturn]] void stop();
task<> after_noreturn_ok() {
  stop();
  sleep(1);
  co_return;
}
task<> both_branches_bad(bool b) {
  if (b)
    sleep(1); // expected-warning {{calls `::sleep`}}
  else
    sleep(2); // expected-warning {{calls `::sleep`}}
  co_return;
}
task<> in_handler_bad() {
  try {
    co_await app::sleep(1);
  } catch (...) {
    sleep(1); // expected-warning {{calls `::sleep`}}
  }
}
constexpr bool traces = false;
static void after_return() {
  return;
  sleep(1);
}
static void traced() {
  if (traces)
    sleep(1);
}
static void calls_nobody() {
  if (false)
    after_return();
  while (true)
    ;
  sleep(1);
}
static void lives(bool b) { // expected-note 0+ {{lives}}
  if (b)
    sleep(1); // expected-note {{`lives` calls `::sleep`}}
}
task<> in_others_ok() {
  after_return();
  traced();
  calls_nobody();
  co_return;
}
task<> in_others_bad(bool b) {
  lives(b); // expected-warning {{`in_others_bad` blocks its thread: it calls `lives`}}
  co_return;
}
#if 0
task<> not_compiled() { sleep(1); }
#endif
