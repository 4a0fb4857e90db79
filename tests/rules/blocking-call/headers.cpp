// RUN: %verify %s
//
// The user's own headers are read and reported like the file itself; a
// system header's coroutine is not.
#include "Inputs/polling.h"
#include "Inputs/vendor.h"

app::task<> in_file_bad() {
  poll_once(); // expected-warning {{calls `poll_once`}} expected-note {{instead}}
  co_return;
}
