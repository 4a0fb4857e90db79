// RUN: %verify -DSHAPE_CPPCORO %s
// RUN: %verify -DSHAPE_FOLLY %s
// RUN: %verify -DSHAPE_COBALT %s
// RUN: %verify -DSHAPE_QCORO %s
// RUN: %verify %s
//
// Each library's coroutines, and what it offers instead.
#include "shapes.h"
#include <mutex>

std::mutex m;
task_of<int> fetch();

stream_of<int> produced_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m` while `produced_bad` is suspended}} expected-note {{release it before, or }}
  co_yield 1; // expected-note {{held here}}
  END_OF_STREAM;
}
task_of<int> awaited_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m` while `awaited_bad` is suspended}} expected-note {{release it before, or }}
  co_return co_await fetch(); // expected-note {{it is held here, where `fetch` is awaited}}
}
stream_of<int> produced_ok() {
  {
    std::lock_guard lock(m);
  }
  co_yield 1;
  END_OF_STREAM;
}
