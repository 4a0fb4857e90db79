// REQUIRES: asio
// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: sum 6
// CHECK: the loop stood still: no tick for {{[4-9][0-9][0-9]|[0-9][0-9][0-9][0-9]+}} ms
//
// A loop over a sync range that reads from a pipe waits for the writer in its
// advance; the same loop on a worker's thread leaves the event loop alone.
#include "Inputs/watchdog.h"

#include <asynciter/offload.h>

#include <asio/thread_pool.hpp>

#include <cstdlib>
#include <fstream>
#include <ranges>
#include <string>
#include <thread>
#include <unistd.h>

int add_up(std::istream &numbers) {
  int sum = 0;
  for (int number : std::ranges::istream_view<int>(numbers))
    sum += number;
  return sum;
}

asynciter::task<void> add(std::istream &numbers, asio::thread_pool &workers) {
  int sum = 0;
#ifdef BAD
  (void)workers;
  // expected-warning@+2 {{`add` goes through a sync range that blocks}}
  // expected-note@+1 {{instead}}
  for (int number : std::ranges::istream_view<int>(numbers))
    sum += number;
#else
  // expected-no-diagnostics
  sum = co_await asynciter::offload(workers, [&numbers] { return add_up(numbers); });
#endif
  std::printf("sum %d\n", sum);
  co_return;
}

int main() {
  int ends[2];
  if (::pipe(ends) != 0)
    return EXIT_FAILURE;
  std::ifstream numbers("/dev/fd/" + std::to_string(ends[0]));
  std::jthread writer([to = ends[1]] {
    for (const char *number : {"1 ", "2 ", "3 "}) {
      std::this_thread::sleep_for(200ms);
      if (::write(to, number, 2) != 2)
        std::abort();
    }
    ::close(to);
  });
  asio::thread_pool workers(1);
  return watched(add(numbers, workers));
}
