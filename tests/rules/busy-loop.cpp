// RUN: %verify %s
//
// Loops that wait for others without letting them run.
#include "user_stream.h"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
using app::stream;
using app::task;
// expected-note@* 0+ {{instead,}}

std::atomic<bool> ready;
std::atomic<int> count;
std::atomic_flag taken;
volatile bool interrupted;
bool plain;
task<> tick();
void work();
std::mutex m;
template <class T> struct queue {
  bool try_pop(T &);
  std::optional<T> tryTake();
  bool empty() const;
  T pop();
};
struct job {
  bool is_ready() const;
  bool done() const;
  bool poll();
};

task<> load_bad() {
  while (!ready.load()) // expected-warning {{`load_bad` spins until `ready` changes: nothing else runs on its thread}}
    ;
  co_await tick();
}
stream<int> conversion_bad() {
  while (!ready) { // expected-warning {{spins until `ready` changes}}
  }
  co_yield 1;
}
task<> compare_bad() {
  while (count < 3) // expected-warning {{spins until `count` changes}}
    std::this_thread::yield();
  co_return;
}
task<> until_bad(int wanted) {
  do { // expected-warning {{spins until `count` changes}}
    std::this_thread::yield();
  } while (count.load(std::memory_order_acquire) != wanted);
  co_return;
}
task<> for_bad() {
  for (; !ready;) // expected-warning {{spins until `ready`}}
    ;
  co_return;
}
task<> flag_bad() {
  while (taken.test_and_set()) // expected-warning {{spins until `taken`}}
    ;
  co_return;
}
task<> exchange_bad() {
  while (ready.exchange(true)) // expected-warning {{spins until `ready`}}
    ;
  co_return;
}
task<> free_bad() {
  while (!std::atomic_load(&ready)) // expected-warning {{spins until `ready`}}
    ;
  co_return;
}
task<> volatile_bad() {
  while (!interrupted) // expected-warning {{spins until `interrupted`}}
    ;
  co_return;
}
task<> plain_bad() {
  while (!plain) // expected-warning {{spins until `plain`}}
    ;
  co_return;
}
task<> captured_bad() {
  bool done = false;
  app::spawn([&]() -> task<> {
    done = true;
    co_return;
  }());
  while (!done) // expected-warning {{spins until `done`}}
    ;
  co_return;
}
task<> try_bad(queue<int> &jobs) {
  int job;
  while (!jobs.try_pop(job)) // expected-warning {{spins until `jobs`}}
    std::this_thread::yield();
  app::use(job);
  co_return;
}
task<> try_lock_bad() {
  while (!m.try_lock()) // expected-warning {{spins until `m`}}
    ;
  m.unlock();
  co_return;
}
task<> endless_bad(queue<int> &jobs) {
  int job;
  for (;;) { // expected-warning {{spins until `jobs`}}
    if (jobs.try_pop(job))
      break;
    std::this_thread::yield();
  }
  app::use(job);
  co_return;
}
task<> leaves_bad() {
  while (true) { // expected-warning {{spins until `ready`}}
    if (ready) {
      work();
      co_return;
    }
  }
}
task<> ask_bad(job &other) {
  while (!other.is_ready()) // expected-warning {{spins until `other`}}
    ;
  co_return;
}
task<> empty_bad(queue<int> &jobs, std::stop_token stop) {
  while (jobs.empty() && !stop.stop_requested()) // expected-warning {{spins until `jobs`}}
    std::this_thread::yield();
  co_return;
}
struct state {
  std::atomic<bool> stopped;
  task<> member_bad() {
    while (!stopped) // expected-warning {{`state::member_bad` spins until `stopped`}}
      ;
    co_return;
  }
};
task<> lambda_bad() {
  auto wait = []() -> task<> {
    while (!ready) // expected-warning {{`the lambda` spins}}
      ;
    co_return;
  };
  co_await wait();
}
template <class T> task<T> template_bad(T from) {
  while (!ready) // expected-warning {{`template_bad` spins}}
    ;
  co_return from;
}
template task<int> template_bad(int);
template task<long> template_bad(long);

// It suspends.
task<> awaits_ok() {
  while (!ready)
    co_await tick();
  while (co_await tick(), !ready)
    ;
}
stream<int> yields_ok() {
  while (!ready)
    co_yield 1;
}
// It does something.
task<> works_ok(job &other, queue<int> &jobs) {
  while (!ready)
    work();
  while (!other.poll())
    ;
  int job;
  while (jobs.try_pop(job))
    app::use(job);
  while (jobs.try_pop(job))
    ;
  while (!jobs.empty())
    jobs.pop();
  co_return;
}
task<> changes_ok() {
  while (count > 0)
    --count;
  int local = 3;
  while (local > 0)
    --local;
  while (!plain)
    plain = true;
  co_return;
}
// It ends by itself.
task<> bounded_ok() {
  for (int i = 0; i < 1000 && !ready; ++i)
    ;
  int left = 1000;
  while (!ready && --left)
    ;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (!ready && std::chrono::steady_clock::now() < deadline)
    ;
  for (int i = 0; i < 100; ++i)
    std::this_thread::yield();
  co_return;
}
// Somebody has got on with it whenever it goes round.
task<> compare_exchange_ok() {
  int old = count;
  while (!count.compare_exchange_weak(old, old + 1))
    ;
  while (ready.exchange(false))
    ;
  co_return;
}
task<> no_loop_ok() {
  do {
  } while (false);
  while (true) {
    work();
    if (ready)
      break;
  }
  for (;;)
    co_await tick();
}
task<> sleeps_ok() {
  while (!ready)
    std::this_thread::sleep_for(std::chrono::milliseconds(1)); // expected-warning {{blocks}}
  co_return;
}
task<> dead_ok() {
  co_return;
  while (!ready)
    ;
}
task<> elsewhere_ok() {
  std::thread([] {
    while (!ready)
      ;
  }).detach();
  co_return;
}
task<> suppressed_ok() {
  while (!ready) // NOLINT(asynciter-busy-loop)
    ;
  co_return;
}
void twin_ok() {
  while (!ready)
    ;
}
app::sync_generator<int> sync_generator_ok() {
  while (!ready)
    ;
  co_yield 1;
}
// A try that may get on by itself.
struct parser {
  bool try_parse(int &);
};
task<> parses_ok(parser &from) {
  int item;
  while (!from.try_parse(item))
    ;
  app::use(item);
  co_return;
}
