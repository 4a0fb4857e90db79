// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: 1 cursor is still open
//
// A consumer that leaves early, and a release that stands behind a `co_yield`.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>
#include <asynciter/cleanup.h>

#include <cstdio>

int open_cursors = 0;

struct cursor {
  int next = 0;
  asynciter::task<int> fetch() { co_return ++next; }
  asynciter::task<> close() {
    --open_cursors;
    co_return;
  }
};
asynciter::task<cursor> open() {
  ++open_cursors;
  co_return cursor();
}

asynciter::async_generator<int> rows() {
#ifdef BAD
  cursor opened = co_await open();
  while (int row = co_await opened.fetch())
    co_yield row; // expected-note {{the frame may be destroyed here}}
  co_await opened.close(); // expected-warning {{`opened` is not released if the consumer of `rows` leaves early}}
#else
  // expected-no-diagnostics
  auto &opened = co_await asynciter::on_exit([](cursor &c) { return c.close(); }, co_await open());
  while (int row = co_await opened.fetch())
    co_yield row;
#endif
}

asynciter::task<int> first() {
  int found = 0;
  {
    auto stream = rows();
    if (auto row = co_await stream.next())
      found = *row;
    co_await stream.close();
  }
  std::printf("%d cursor is still open\n", open_cursors);
  co_return found == 1 && open_cursors == 0 ? 0 : 1;
}

int main() { return run_now(first()); }
