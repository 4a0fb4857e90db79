// REQUIRES: asio
// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good | FileCheck-19 %s --check-prefix=GOOD
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// GOOD: connected
// CHECK: still spinning after a second
//
// What the loop waits for is the work of another task of the same thread.
#include <asynciter/asio.h>
#include <asynciter/task.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace std::chrono_literals;

std::atomic<bool> connected = false;

asynciter::task<void> open_connection() {
  co_await asynciter::sleep_for(50ms);
  connected = true;
}

asynciter::task<void> use_connection() {
  asynciter::spawn(asynciter::current_executor(), open_connection());
#ifdef BAD
  while (!connected) // expected-warning {{`use_connection` spins until `connected` changes}} expected-note {{instead}}
    std::this_thread::yield();
#else
  // expected-no-diagnostics
  while (!connected)
    co_await asynciter::sleep_for(10ms);
#endif
  std::printf("connected\n");
  co_return;
}

int main() {
  std::thread([] {
    std::this_thread::sleep_for(1s);
    std::printf("still spinning after a second\n");
    std::fflush(stdout);
    std::_Exit(EXIT_FAILURE);
  }).detach();
  asynciter::run(use_connection());
}
