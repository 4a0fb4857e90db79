// RUN: %verify %s
// XFAIL: *
// Rule: dangling-argument
//
// A false alarm. The scope is made after what its task borrows, and so ends
// before it: unjoined, it ends the program.
// expected-no-diagnostics
#include <asynciter/async_scope.h>
#include <asynciter/task.h>

asynciter::task<> rest();
asynciter::task<> count(int &number) {
  co_await rest();
  ++number;
}
void count_ok() {
  int number = 0;
  asynciter::async_scope scope;
  scope.spawn(count(number));
}
