// RUN: %verify %s
// XFAIL: *
// Rule: blocking-call
//
// A false finding: the semaphore counts what is in the queue, so the call after it
// does not wait. That takes to know what a semaphore stands for.
#include "user_stream.h"
#include <condition_variable>
#include <mutex>
using app::task;

class items {
public:
  app::task<int> take_ok() {
    co_await counted();
    std::unique_lock lock(guard);
    changed.wait(lock, [this] { return count > 0; });
    co_return --count;
  }

private:
  app::task<> counted();
  std::mutex guard;
  std::condition_variable changed;
  int count = 0;
};
