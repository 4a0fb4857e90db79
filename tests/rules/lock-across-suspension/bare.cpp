// RUN: %verify %s
//
// Locks without a guard, and which classes are locks at all.
#include "user_stream.h"
#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>
#include <pthread.h>
using app::stream;
using app::task;
// expected-note@* 0+ {{release it before, or}}

std::mutex m, other;
std::shared_mutex s;
int shared;
task<> tick();
task<int> fetch();

task<> lock_bad() {
  m.lock(); // expected-warning {{`m` is locked while `lock_bad` is suspended}}
  co_await tick(); // expected-note {{held here}}
  m.unlock();
}
stream<int> shared_bad() {
  s.lock_shared(); // expected-warning {{`s` is locked}}
  co_yield shared; // expected-note {{held here}}
  s.unlock_shared();
}
task<> never_released_bad() {
  m.lock(); // expected-warning {{`m` is locked}}
  co_await tick(); // expected-note {{held here}}
}
task<> unlocked_ok() {
  m.lock();
  ++shared;
  m.unlock();
  co_await tick();
}
task<> another_bad() {
  m.lock(); // expected-warning {{`m` is locked}}
  other.lock();
  other.unlock();
  co_await tick(); // expected-note {{held here}}
  m.unlock();
}
task<> algorithm_bad() {
  std::lock(m, other); // expected-warning {{is locked}}
  other.unlock();
  co_await tick(); // expected-note {{held here}}
  m.unlock();
}

// Tries.
task<> tried_bad() {
  if (m.try_lock()) { // expected-warning {{`m` is locked}}
    co_await tick(); // expected-note {{held here}}
    m.unlock();
  }
}
task<> tried_ok() {
  while (!m.try_lock())
    co_await tick();
  ++shared;
  m.unlock();
}
task<> stored_try_ok() {
  const bool got = m.try_lock();
  if (got)
    m.unlock();
  co_await tick();
}
task<> stored_try_bad() {
  bool got = m.try_lock(); // expected-warning {{`m` is locked}}
  if (!got)
    co_return;
  co_await tick(); // expected-note {{held here}}
  m.unlock();
}

// Paths.
task<> same_condition_ok(bool locked) {
  if (locked)
    m.lock();
  ++shared;
  if (locked)
    m.unlock();
  co_await tick();
}
task<> flag_ok(int n) {
  bool locked = false;
  if (n > 3) {
    m.lock();
    locked = true;
  }
  ++shared;
  if (locked)
    m.unlock();
  co_await tick();
}
bool wanted();
task<> same_call_ok() {
  if (wanted())
    m.lock();
  ++shared;
  if (wanted())
    m.unlock();
  co_await tick();
}
task<> one_path_bad(int n) {
  if (n > 3)
    m.lock(); // expected-warning {{`m` is locked}}
  co_await tick(); // expected-note {{held here}}
  if (n > 3)
    m.unlock();
}
task<> dead_ok() {
  m.lock();
  m.unlock();
  co_return;
  m.lock();
  co_await tick();
}
task<> loop_ok() {
  for (int i = 0; i < 4; ++i) {
    m.lock();
    ++shared;
    m.unlock();
    co_await tick();
  }
}

// Through members, pointers, elements, references and getters.
struct store {
  std::mutex mutex_;
  std::unique_ptr<std::mutex> owned_;
  std::mutex &mutex() { return mutex_; }
  int value = 0;
  void add();
  void release() { mutex_.unlock(); }
  task<> member_bad() {
    mutex_.lock(); // expected-warning {{`mutex_` is locked while `store::member_bad` is suspended}}
    add();
    co_await tick(); // expected-note {{held here}}
    mutex_.unlock();
  }
  task<> pointer_bad() {
    owned_->lock(); // expected-warning {{`owned_` is locked}}
    co_await tick(); // expected-note {{held here}}
    owned_->unlock();
  }
  task<> getter_bad() {
    mutex().lock(); // expected-warning {{`mutex` is locked}}
    co_await tick(); // expected-note {{held here}}
    mutex().unlock();
  }
  task<> getter_ok() {
    mutex().lock();
    mutex().unlock();
    co_await tick();
  }
  task<> own_method_ok() {
    mutex_.lock();
    release();
    co_await tick();
  }
  task<> unseen_method_ok() {
    mutex_.lock();
    add(); // this function never releases it, so somebody else does
    co_await tick();
  }
  std::unique_lock<std::mutex> held_;
  task<> kept_in_member_bad() {
    held_ = std::unique_lock(mutex_); // expected-warning {{`held_` holds `mutex_`}}
    co_await tick(); // expected-note {{held here}}
    held_.unlock();
  }
};
task<> element_bad(std::vector<std::mutex> &all) {
  all[1].lock(); // expected-warning {{`all` is locked}}
  co_await tick(); // expected-note {{held here}}
  all[1].unlock();
}
task<> reference_ok(store &of) {
  auto &mutex = of.mutex_;
  mutex.lock();
  of.mutex_.unlock();
  co_await tick();
}
void give(std::mutex &);
task<> handed_on_ok() {
  m.lock();
  give(m);
  co_await tick();
}
template <class F> struct at_exit {
  F run;
  ~at_exit() { run(); }
};
template <class F> at_exit(F) -> at_exit<F>;
task<> released_by_lambda_ok() {
  m.lock();
  auto release = [] { m.unlock(); };
  release();
  co_await tick();
}

// Functions.
pthread_mutex_t c_mutex;
task<> c_bad() {
  pthread_mutex_lock(&c_mutex); // expected-warning {{`c_mutex` is locked}}
  co_await tick(); // expected-note {{held here}}
  pthread_mutex_unlock(&c_mutex);
}
task<> c_ok() {
  pthread_mutex_lock(&c_mutex);
  pthread_mutex_unlock(&c_mutex);
  co_await tick();
}

// Locks of the user's own.
struct spin_lock {
  void lock() {
    while (taken.exchange(true))
      ;
  }
  void unlock() { taken = false; }
  std::atomic<bool> taken{false};
};
struct declared_lock {
  void lock();
  void unlock();
};
class monitor {
public:
  void lock() { inner.lock(); }
  void unlock() { inner.unlock(); }
  int size() const;

private:
  std::mutex inner;
};
spin_lock spin;
declared_lock declared;
monitor observed;
task<> spin_bad() {
  spin.lock(); // expected-warning {{`spin` is locked}}
  co_await tick(); // expected-note {{held here}}
  spin.unlock();
}
task<> spin_guard_bad() {
  std::lock_guard lock(spin); // expected-warning {{`lock` holds `spin`}}
  co_await tick(); // expected-note {{held here}}
}
task<> declared_bad() {
  declared.lock(); // expected-warning {{`declared` is locked}}
  co_await tick(); // expected-note {{held here}}
  declared.unlock();
}
task<> monitor_bad() {
  observed.lock(); // expected-warning {{`observed` is locked}}
  co_await tick(); // expected-note {{held here}}
  observed.unlock();
}

// What is no lock.
struct door {
  void lock();
  void unlock();
  void open();
  bool is_open() const;
};
struct null_mutex {
  void lock() {}
  void unlock() {}
};
task<> door_ok(door &front) {
  front.lock();
  co_await tick();
  front.unlock();
}
task<> null_ok(null_mutex &none) {
  std::lock_guard lock(none);
  none.lock();
  co_await tick();
}
task<> weak_ok(std::weak_ptr<int> weak) {
  auto strong = weak.lock();
  co_await tick();
}
void twin_ok() {
  m.lock();
  m.unlock();
}

// Locks that call themselves, and functions that do.
struct counted_lock {
  void lock() { lock(1); }
  void lock(int times) {
    if (times)
      lock(times - 1);
  }
  void unlock() { ++shared; }
  int holders() const;
};
void down(int n) {
  if (n)
    down(n - 1);
  m.unlock();
}
task<> recursive_ok(counted_lock &counted) {
  std::unique_lock lock(counted);
  lock.unlock();
  m.lock();
  down(3);
  co_await tick();
}
task<> counted_bad(counted_lock &counted) {
  counted.lock(); // expected-warning {{`counted` is locked}}
  co_await tick(); // expected-note {{held here}}
  counted.unlock();
}
