// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: %clang --driver-mode=g++ %flags -Wno-dangling -fsanitize=address -DBAD %s -o %t.bad
// RUN: timeout 20 not-19 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: ERROR: AddressSanitizer: {{heap-use-after-free|stack-use-after}}
//
// The table is replaced while the loop waits; the pointer that the loop came
// through was a temporary.
#include "Inputs/run_now.h"

#include <asynciter/task.h>

#include <memory>
#include <vector>

struct table {
  std::vector<int> rows;
};
std::shared_ptr<const table> published;

std::shared_ptr<const table> current() { return published; }
asynciter::task<void> publish(int row) {
  published = std::make_shared<table>(table{{row, row}});
  co_return;
}

asynciter::task<int> sum() {
  published = std::make_shared<table>(table{{1, 2, 3}});
  int all = 0;
#ifdef BAD
  for (int row : current()->rows) { // expected-warning {{the temporary pointer that keeps this range ends before the loop begins}}
    co_await publish(row);          // expected-note {{the loop suspends here}}
#else
  // expected-no-diagnostics
  const auto kept = current();
  for (int row : kept->rows) {
    co_await publish(row);
#endif
    all += row;
  }
  co_return all;
}

int main() { return run_now(sum()) == 6 ? 0 : 1; }
