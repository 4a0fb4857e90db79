// RUN: %verify %s
// XFAIL: *
// Rule: lock-across-suspension
//
// A false alarm. The lock is taken under one condition and released under
// another, which is the same by what the modes are.
// expected-no-diagnostics
#include "user_stream.h"
#include <mutex>

enum class mode { alone, shared };
std::mutex m;
int total;

app::task<> added_ok(mode how) {
  if (how == mode::shared)
    m.lock();
  ++total;
  if (how != mode::alone)
    m.unlock();
  co_await app::sleep(1);
}
