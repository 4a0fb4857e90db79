// RUN: %verify %s
//
// The standard library's ways to wait for another thread.
#include "user_stream.h"
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <thread>
using namespace std::chrono_literals;
using app::task;
// expected-note@* 1+ {{instead}}

task<> sleeps_bad() {
  std::this_thread::sleep_for(1ms); // expected-warning {{calls `std::this_thread::sleep_for`}}
  std::this_thread::sleep_until(std::chrono::steady_clock::now()); // expected-warning {{calls `std::this_thread::sleep_until`}}
  co_return;
}

std::condition_variable changed;
std::condition_variable_any changed_any;
std::mutex guard;
bool ready;

task<> condition_bad() {
  std::unique_lock lock(guard);
  changed.wait(lock);                          // expected-warning {{calls `std::condition_variable::wait`}}
  changed.wait(lock, [] { return ready; });    // expected-warning {{calls `std::condition_variable::wait`}}
  changed.wait_for(lock, 1s);                  // expected-warning {{calls `std::condition_variable::wait_for`}}
  changed_any.wait(lock);                      // expected-warning {{calls `std::condition_variable_any::wait`}}
  co_return;
}

task<> condition_ok() {
  changed.notify_all();
  std::unique_lock lock(guard);
  changed.wait_for(lock, 0ms);
  co_return;
}

task<int> future_get_bad(std::future<int> f) {
  co_return f.get(); // expected-warning {{calls `std::future::get`}}
}
task<> future_wait_bad(std::future<int> &f, std::shared_future<void> s) {
  f.wait(); // expected-warning {{wait`}}
  s.get();  // expected-warning {{calls `std::shared_future::get`}}
  co_return;
}
task<> future_wait_for_bad(std::future<int> &f) {
  f.wait_for(10s); // expected-warning {{wait_for`}}
  co_return;
}
task<int> future_ready_ok(std::future<int> f) {
  while (f.wait_for(0s) != std::future_status::ready)
    co_await app::sleep(1);
  co_return f.get();
}
task<int> future_if_ready_ok(std::future<int> f) {
  if (f.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    co_return f.get();
  co_return 0;
}

task<> join_bad(std::thread &worker) {
  worker.join(); // expected-warning {{calls `std::thread::join`}}
  co_return;
}
task<> join_ok(std::thread &worker) {
  worker.detach();
  co_return;
}
task<> jthread_local_bad() {
  std::jthread worker([] {}); // expected-warning {{blocks}}
  worker.request_stop();
  co_return;
}
task<> async_then_wait_bad() {
  auto answer = std::async(std::launch::async, [] { return 42; });
  answer.wait(); // expected-warning {{wait`}}
  co_return;
}

task<> semaphores_bad(std::counting_semaphore<4> &permits, std::binary_semaphore &one) {
  permits.acquire();           // expected-warning {{acquire`}}
  permits.try_acquire_for(1s); // expected-warning {{try_acquire_for`}}
  one.acquire();               // expected-warning {{acquire`}}
  co_return;
}
task<> semaphores_ok(std::counting_semaphore<4> &permits) {
  if (permits.try_acquire())
    permits.release();
  co_return;
}

task<> latch_bad(std::latch &all) {
  all.wait(); // expected-warning {{calls `std::latch::wait`}}
  co_return;
}
task<> latch_arrive_bad(std::latch &all) {
  all.arrive_and_wait(); // expected-warning {{calls `std::latch::arrive_and_wait`}}
  co_return;
}
task<> latch_ok(std::latch &all) {
  all.count_down();
  while (!all.try_wait())
    co_await app::sleep(1);
}
task<> barrier_bad(std::barrier<> &all) {
  all.arrive_and_wait(); // expected-warning {{calls `std::barrier::arrive_and_wait`}}
  co_return;
}
task<> barrier_ok(std::barrier<> &all) {
  (void)all.arrive();
  co_return;
}

task<> atomic_bad(std::atomic<int> &n, std::atomic_flag &f) {
  n.wait(0);                 // expected-warning {{wait`}}
  f.wait(false);             // expected-warning {{wait`}}
  std::atomic_wait(&n, 0);   // expected-warning {{calls `std::atomic_wait`}}
  co_return;
}
task<> atomic_ok(std::atomic<int> &n) {
  n.fetch_add(1);
  n.notify_one();
  co_return;
}

// A short section under a mutex is not a finding (option CheckLocks).
task<> mutex_ok(std::shared_mutex &shared) {
  {
    std::lock_guard lock(guard);
    ready = true;
  }
  {
    std::scoped_lock lock(guard);
    ready = false;
  }
  {
    std::shared_lock lock(shared);
  }
  guard.lock();
  guard.unlock();
  if (guard.try_lock())
    guard.unlock();
  co_return;
}

// Nor under a mutex of one's own, which has to wait in some way.
class spinning_mutex {
public:
  void lock() {
    while (!try_lock())
      std::this_thread::sleep_for(std::chrono::microseconds(10));
  }
  bool try_lock() { return !taken.test_and_set(); }
  void unlock() { taken.clear(); }

private:
  std::atomic_flag taken;
};
task<> own_mutex_ok(spinning_mutex &own) {
  own.lock();
  ready = true;
  own.unlock();
  std::lock_guard lock(own);
  co_return;
}
// What is called `lock` and is no lock has no such excuse.
struct door {
  void lock() { std::this_thread::sleep_for(std::chrono::microseconds(10)); } // expected-note {{which}}
};
task<> door_bad(door &front) {
  front.lock(); // expected-warning {{calls `door::lock`}}
  co_return;
}

std::once_flag once;
task<> once_ok() {
  std::call_once(once, [] { ready = true; });
  co_return;
}
task<> yields_the_thread_ok() {
  std::this_thread::yield();
  co_return;
}

void twin_ok(std::future<int> &f, std::thread &worker, std::latch &all) {
  std::this_thread::sleep_for(1ms);
  f.get();
  worker.join();
  all.wait();
}
