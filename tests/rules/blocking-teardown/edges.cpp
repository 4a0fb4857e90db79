// RUN: %verify %s
//
// Locals whose destructors join or wait, in the frame of a generator.
#include "user_stream.h"
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>
using app::stream;
using app::task;
// expected-note@* 0+ {{instead,}}

void work();
task<> tick();
int next();

stream<int> thread_bad() {
  std::jthread worker(work); // expected-warning {{dropping `thread_bad` blocks: it destroys `worker`, and `std::jthread::~jthread` joins the other thread}}
  co_yield 1; // expected-note {{it may be dropped here, where an item is handed out}}
  co_await tick(); // expected-note {{it may be dropped here, where `tick` is awaited}}
}
class pool {
public:
  pool();
  ~pool() { thread.join(); } // expected-note 2 {{the destructor of `pool` calls `std::thread::join`, which}}
private:
  std::thread thread;
};
stream<int> user_bad() {
  pool workers; // expected-warning {{dropping `user_bad` blocks: it destroys `workers`}}
  for (int i = 0; i < 3; ++i)
    co_yield i; // expected-note {{dropped here}}
}
struct feed {
  pool workers; // expected-note {{the destructor of `feed` runs the destructor of `pool` here}}
  int items = 0;
};
stream<int> member_bad() {
  feed all; // expected-warning {{dropping `member_bad` blocks: it destroys `all`}}
  co_yield all.items; // expected-note {{dropped here}}
}
stream<int> inner_scope_bad() {
  co_yield 0;
  {
    std::jthread worker(work); // expected-warning {{dropping `inner_scope_bad`}}
    co_yield 1; // expected-note {{dropped here}}
  }
  co_yield 2;
}

// Gone before, or seen to.
stream<int> scope_ok() {
  {
    std::thread worker(work);
    worker.detach();
  }
  co_yield 1;
}
stream<int> detached_ok() {
  std::jthread worker(work);
  worker.detach();
  co_yield 1;
}
stream<int> moved_ok(std::vector<std::jthread> &to) {
  std::jthread worker(work);
  to.push_back(std::move(worker));
  co_yield 1;
}
stream<int> empty_ok() {
  std::jthread none;
  co_yield 1;
}
stream<int> after_ok() {
  co_yield 1;
  co_yield 2;
  std::vector<int> all(3);
}
stream<int> reference_ok(std::jthread &worker) {
  std::jthread &same = worker;
  co_yield 1;
  same.request_stop();
}
stream<int> owned_elsewhere_ok(std::shared_ptr<int> other) {
  auto mine = other;
  co_yield *mine;
}
stream<int> dead_ok() {
  std::unique_ptr<int> some(new int);
  co_return;
  co_yield 1;
}
stream<int> suppressed_ok() {
  std::jthread worker(work); // NOLINT(asynciter-blocking-teardown)
  co_yield 1;
}
// A task is not dropped half-way; at its end it is blocking-call's.
task<> task_ok() {
  std::jthread worker(work); // expected-warning {{runs the destructor of `std::jthread`}}
  co_await tick();
}
void twin_ok() { std::jthread worker(work); }
app::sync_generator<int> sync_generator_ok() {
  std::jthread worker(work);
  co_yield 1;
}

template <class T> stream<T> template_bad() {
  std::jthread worker(work); // expected-warning {{dropping `template_bad` blocks}}
  co_yield T(1); // expected-note {{dropped here}}
}
template stream<int> template_bad();
template stream<long> template_bad();
