// RUN: %verify %s
// XFAIL: *
// Rule: blocking-call
//
// A false alarm. The caller passes the mode that does not wait.
#include "user_stream.h"
#include <unistd.h>

enum class mode { polls = 1, waits = 2 };

int step(mode how) {
  switch (how) {
  case mode::polls:
    return 0;
  case mode::waits:
    return sleep(1);
  }
  return 1;
}

app::task<> polls_ok() {
  step(mode::polls);
  co_return;
}
