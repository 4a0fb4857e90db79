// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: cancelled 1000 times, and still running
//
// A consumer that takes its cancellation for one failure among others.
#include "Inputs/run_now.h"

#include <asynciter/stop.h>
#include <asynciter/task.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>

// A stream whose consumer was told to stop: each wait says so.
struct stopped_stream {
  asynciter::task<std::optional<int>> next() {
    throw asynciter::operation_cancelled();
    co_return std::nullopt;
  }
};

// Gives up after a while, which a program would not.
void log(const char *) {
  static int times = 0;
  if (++times == 1000) {
    std::printf("cancelled %d times, and still running\n", times);
    std::fflush(stdout);
    std::_Exit(1);
  }
}

asynciter::task<int> consume(stopped_stream stream) {
  int sum = 0;
  for (;;) {
    try {
      auto item = co_await stream.next();
      if (!item)
        co_return sum;
      sum += *item;
#ifdef BAD
    } catch (const std::exception &failure) { // expected-warning {{`consume` cannot be cancelled here}}
#else
      // expected-no-diagnostics
    } catch (const asynciter::operation_cancelled &) {
      throw;
    } catch (const std::exception &failure) {
#endif
      log(failure.what());
    }
  }
}

asynciter::task<int> run_and_report() {
  try {
    co_return co_await consume({});
  } catch (const asynciter::operation_cancelled &) {
  }
  co_return 0;
}

int main() { return run_now(run_and_report()); }
