// RUN: %verify %s
//
// What a caller passes may keep a blocking call from running.
#include "user_stream.h"
#include <unistd.h>
using app::task;
// expected-note@* 1+ {{instead}}

void flush(int fd, bool sync = false) {
  if (sync)
    fsync(fd); // expected-note 3 {{`flush` calls `::fsync`}}
}
void flush_and(int fd, bool sync) { flush(fd, sync); } // expected-note {{`flush_and` calls `flush`}}
void store(int fd, bool sync) {
  if (fd >= 0 && sync)
    flush(fd, true); // expected-note {{`store` calls `flush`}}
}
void nap() { sleep(1); } // expected-note 3 {{`nap` calls `::sleep`}}
void rest(bool wait) {
  if (wait)
    nap(); // expected-note 3 {{`rest` calls `nap`}}
}
void rest_on(int fd, bool wait) {
  if (fd)
    rest(wait); // expected-note {{`rest_on` calls `rest`}}
}
void left(bool wait) {
  if (!wait)
    return;
  sleep(1); // expected-note {{`left` calls `::sleep`}}
}
void unless(bool async) {
  if (async)
    return;
  else
    sleep(1); // expected-note 2 {{`unless` calls `::sleep`}}
}
void otherwise(const char *name) {
  if (name) {
  } else {
    sleep(1); // expected-note 2 {{`otherwise` calls `::sleep`}}
  }
}
void counted(int turns) {
  while (turns > 0)
    sleep(1); // expected-note {{`counted` calls `::sleep`}}
}
int chosen(bool wait) { return wait ? sleep(1) : 0; } // expected-note {{`chosen` calls `::sleep`}}
bool joined(bool wait) { return wait && sleep(1); }   // expected-note {{`joined` calls `::sleep`}}
void compared(int ms) {
  if (ms == 0)
    return;
  sleep(1); // expected-note {{`compared` calls `::sleep`}}
}

task<> kept_from_running_ok(int fd) {
  flush(fd);
  flush(fd, false);
  flush_and(fd, false);
  store(fd, false);
  rest(false);
  rest_on(0, true);
  rest_on(1, false);
  left(false);
  unless(true);
  otherwise("name");
  counted(0);
  chosen(false);
  joined(0);
  compared(0);
  co_return;
}
task<> runs_bad(int fd, bool any, const char *name) {
  flush(fd, true);      // expected-warning {{it calls `flush`}}
  flush_and(fd, any);   // expected-warning {{it calls `flush_and`}}
  store(fd, true);      // expected-warning {{it calls `store`}}
  rest(true);           // expected-warning {{it calls `rest`}}
  rest(any);            // expected-warning {{it calls `rest`}}
  rest_on(1, true);     // expected-warning {{it calls `rest_on`}}
  left(true);           // expected-warning {{it calls `left`}}
  unless(false);        // expected-warning {{it calls `unless`}}
  unless(any);          // expected-warning {{it calls `unless`}}
  otherwise(nullptr);   // expected-warning {{it calls `otherwise`}}
  otherwise(name);      // expected-warning {{it calls `otherwise`}}
  counted(2);           // expected-warning {{it calls `counted`}}
  chosen(true);         // expected-warning {{it calls `chosen`}}
  joined(any);          // expected-warning {{it calls `joined`}}
  compared(5);          // expected-warning {{it calls `compared`}}
  co_return;
}

// No guard: the parameter does not stay what it was, or both branches block.
void changes(bool wait) {
  wait = true;
  if (wait)
    sleep(1); // expected-note {{`changes` calls `::sleep`}}
}
void either(bool brief) {
  if (brief)
    sleep(1);
  sleep(2); // expected-note {{`either` calls `::sleep`}}
}
void any_of(bool first, bool second) {
  if (first || second)
    sleep(1); // expected-note {{`any_of` calls `::sleep`}}
}
task<> no_guard_bad() {
  changes(false);       // expected-warning {{it calls `changes`}}
  either(false);        // expected-warning {{it calls `either`}}
  any_of(false, false); // expected-warning {{it calls `any_of`}}
  co_return;
}

// The coroutine's own condition says nothing of its callers.
task<> own_bad(bool wait) {
  if (wait)
    sleep(1); // expected-warning {{calls `::sleep`}}
  co_return;
}
