// RUN: %verify %s
//
// What runs on another thread does not block this coroutine.
#include "user_stream.h"
#include <concurrencpp/concurrencpp.h>
#include <folly/coro/Task.h>
#include <functional>
#include <future>
#include <thread>
#include <unistd.h>
using app::task;
// expected-note@* 1+ {{instead}}

void job() { sleep(1); } // expected-note {{calls `::sleep`, which}}

task<> thread_ok() {
  std::thread worker([] { sleep(1); });
  worker.detach();
  std::thread(job).detach();
  co_return;
}
task<std::future<void>> async_ok() {
  co_return std::async(std::launch::async, [] { sleep(1); });
}
task<> packaged_ok() {
  std::packaged_task<void()> later(job);
  std::thread(std::move(later)).detach();
  co_return;
}

struct pool {
  void submit(std::function<void()>);
  template <class F> void post(F &&) {}
};
task<> own_pool_ok(pool &p) {
  p.submit([] { sleep(1); });
  p.post([] { job(); });
  p.submit(job);
  co_return;
}
task<> libraries_ok(folly::CPUThreadPoolExecutor &f, concurrencpp::thread_pool_executor &c) {
  f.add([] { sleep(1); });
  c.post([] { sleep(1); });
  c.submit([] {
    sleep(1);
    return 1;
  });
  co_return;
}

// A coroutine callee: called it is not run here, awaited it has its own finding.
task<int> blocks_bad() {
  sleep(1); // expected-warning {{`blocks_bad` blocks}}
  co_return 1;
}
task<> awaits_ok() {
  co_await blocks_bad();
  auto pending = blocks_bad();
  co_await pending;
  app::spawn(blocks_bad());
}
task<int> start() { return blocks_bad(); } // no coroutine itself
task<> through_factory_ok() { co_await start(); }

// Called with its own hands, it blocks.
task<> direct_bad() {
  job(); // expected-warning {{calls `job`}}
  co_return;
}
