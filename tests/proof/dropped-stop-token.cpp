// REQUIRES: asio
// RUN: %verify --rules=dropped-stop-token -DBAD %s
// RUN: %verify --rules=dropped-stop-token %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good | FileCheck-19 %s --check-prefix=GOOD
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// GOOD: stopped
// CHECK: still waiting a second after the request
//
// A sensor that has nothing to tell, and a consumer that is told to stop.
#include <asynciter/asio.h>
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stop_token>
#include <thread>

using namespace std::chrono_literals;

asynciter::async_generator<int> readings(bool has_news, std::stop_token stop = {}) {
  while (!stop.stop_requested()) {
    co_await asynciter::sleep_for(10ms);
    if (has_news)
      co_yield 1;
  }
}

asynciter::task<void> watch(std::stop_token stop) {
#ifdef BAD
  auto stream = readings(false); // expected-warning {{`readings` takes a stop token, and is not given `stop`}}
#else
  // expected-no-diagnostics
  auto stream = readings(false, stop);
#endif
  while (auto reading = co_await stream.next())
    std::printf("%d\n", *reading);
  std::printf("stopped\n");
}

int main() {
  std::stop_source source;
  std::thread([source]() mutable {
    source.request_stop();
    std::this_thread::sleep_for(1s);
    std::printf("still waiting a second after the request\n");
    std::fflush(stdout);
    std::_Exit(EXIT_FAILURE);
  }).detach();
  asynciter::run(watch(source.get_token()));
}
