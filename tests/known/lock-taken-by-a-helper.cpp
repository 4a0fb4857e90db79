// RUN: %verify %s
// XFAIL: *
// Rule: lock-across-suspension
//
// A missed one. The functions that take and release the lock say so neither by
// an attribute nor by their names.
#include "user_stream.h"
#include <mutex>

std::mutex m;
void enter() { m.lock(); }
void leave() { m.unlock(); }

app::task<> helped_bad() {
  enter(); // expected-warning {{locked}}
  co_await app::sleep(1);
  leave();
}
