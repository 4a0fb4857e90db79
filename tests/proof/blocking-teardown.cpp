// REQUIRES: asio
// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -pthread -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -pthread %s -o %t.good
// RUN: timeout 20 %t.good | FileCheck-19 %s --check-prefix=GOOD
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// GOOD: got 1
// GOOD: dropped before the thread was done
// CHECK: got 1
// CHECK: dropping the stream waited for its thread
//
// A consumer takes one item and leaves. The generator's frame has a thread in
// it, and dropping the frame waits for the thread's end.
#include <asynciter/asio.h>
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace std::chrono_literals;

std::atomic<bool> received = false;

void receive() {
  std::this_thread::sleep_for(500ms);
  received = true;
}

#ifdef BAD
asynciter::async_generator<int> numbers() {
  // expected-warning@+2 {{dropping `numbers` blocks: it destroys `receiver`}}
  // expected-note@+1 {{instead}}
  std::jthread receiver(receive);
  for (int n = 1;; ++n)
    co_yield n; // expected-note {{it may be dropped here, where an item is handed out}}
}
#else
// expected-no-diagnostics
asynciter::async_generator<int> numbers() {
  for (int n = 1;; ++n)
    co_yield n;
}
#endif

asynciter::task<void> take_one() {
  auto all = numbers();
  if (auto first = co_await all.next())
    std::printf("got %d\n", *first);
}

int main() {
#ifndef BAD
  std::jthread receiver(receive); // outlives the stream
#endif
  asynciter::run(take_one());
  const bool waited = received;
  std::printf(waited ? "dropping the stream waited for its thread\n" : "dropped before the thread was done\n");
  return waited ? EXIT_FAILURE : EXIT_SUCCESS;
}
