// REQUIRES: asio
// RUN: %verify --rules=materialized-stream -DBAD %s
// RUN: %verify --rules=materialized-stream %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good | FileCheck-19 %s --check-prefix=GOOD
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// GOOD: the first item is used
// CHECK: no item is used after a second
//
// A stream without an end: whoever waits for all of it uses none of it.
#include <asynciter/asio.h>
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

asynciter::async_generator<int> ticks() {
  for (int tick = 0;; ++tick) {
    co_await asynciter::sleep_for(10ms);
    co_yield tick;
  }
}

void use(int) {
  std::printf("the first item is used\n");
  std::fflush(stdout);
  std::_Exit(EXIT_SUCCESS);
}

asynciter::task<void> print(asynciter::async_generator<int> numbers) {
#ifdef BAD
  std::vector<int> all;
  while (auto number = co_await numbers.next()) // expected-warning {{`all` holds the whole stream only to be looped over once}}
    all.push_back(*number);
  for (int number : all)
    use(number);
#else
  // expected-no-diagnostics
  while (auto number = co_await numbers.next())
    use(*number);
#endif
}

int main() {
  std::thread([] {
    std::this_thread::sleep_for(1s);
    std::printf("no item is used after a second\n");
    std::fflush(stdout);
    std::_Exit(EXIT_FAILURE);
  }).detach();
  asynciter::run(print(ticks()));
}
