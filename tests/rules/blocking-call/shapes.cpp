// RUN: %verify %s
// RUN: %verify -DSHAPE_CPPCORO %s
// RUN: %verify -DSHAPE_FOLLY %s
// RUN: %verify -DSHAPE_COBALT %s
// RUN: %verify -DSHAPE_QCORO %s
// RUN: %verify -DSHAPE_SEASTAR %s
//
// The same producer and the same consumer as each library's types, with the
// full message.
#include "shapes.h"
#include <unistd.h>

stream_of<int> ticks_bad() {
  for (int i = 0; i < 3; ++i) {
    ::sleep(1); // expected-warning {{`ticks_bad` blocks the event loop between items: it calls `::sleep`}} expected-note {{instead}}
    co_yield i;
  }
  END_OF_STREAM;
}

int load(int fd) {
  char buffer[16];
  return static_cast<int>(::read(fd, buffer, sizeof buffer)); // expected-note 2 {{`load` calls `::read`, which}}
}

task_of<int> fetch_bad(int fd) {
  co_return load(fd); // expected-warning {{`fetch_bad` blocks its thread: it calls `load`}} expected-note {{instead}}
}

stream_of<int> bytes_bad(int fd) {
  co_yield load(fd); // expected-warning {{`bytes_bad` blocks the event loop between items: it calls `load`}} expected-note {{instead}}
  END_OF_STREAM;
}

// The caller of a coroutine that blocks has no finding of its own.
task_of<int> awaits_ok(int fd) { co_return co_await fetch_bad(fd); }

stream_of<int> numbers_ok() {
  co_yield 1;
  END_OF_STREAM;
}

// The sync twin.
int twin_ok(int fd) {
  ::sleep(1);
  return load(fd);
}
