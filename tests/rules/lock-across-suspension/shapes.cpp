// RUN: %verify %s
//
// Guards of other libraries and of the user's own, told by shape or attribute.
#include "user_stream.h"
#include <mutex>
using app::stream;
using app::task;
// expected-note@* 0+ {{release it before, or}}

std::mutex m;
int shared;
task<> tick();
task<int> fetch();

// As Abseil writes them.
class __attribute__((capability("mutex"))) Mutex {
public:
  void Lock() __attribute__((acquire_capability()));
  void Unlock() __attribute__((release_capability()));
  bool TryLock() __attribute__((try_acquire_capability(true)));
};
class __attribute__((scoped_lockable)) MutexLock {
public:
  explicit MutexLock(Mutex *mu) __attribute__((acquire_capability(mu)));
  ~MutexLock() __attribute__((release_capability()));
  MutexLock(const MutexLock &) = delete;
};
class __attribute__((scoped_lockable)) ReleasableMutexLock {
public:
  explicit ReleasableMutexLock(Mutex *mu) __attribute__((acquire_capability(mu)));
  ~ReleasableMutexLock() __attribute__((release_capability()));
  void Release() __attribute__((release_capability()));
};
Mutex mu;
task<> capability_bad() {
  MutexLock lock(&mu); // expected-warning {{`lock` holds `mu`}}
  co_await tick(); // expected-note {{held here}}
}
task<> capability_method_bad() {
  mu.Lock(); // expected-warning {{`mu` is locked}}
  co_await tick(); // expected-note {{held here}}
  mu.Unlock();
}
task<> releasable_ok() {
  ReleasableMutexLock lock(&mu);
  lock.Release();
  co_await tick();
}
void enter() __attribute__((acquire_capability(mu)));
void leave() __attribute__((release_capability(mu)));
task<> function_bad() {
  enter(); // expected-warning {{`mu` is locked}}
  co_await tick(); // expected-note {{held here}}
  leave();
}
task<> function_ok() {
  enter();
  leave();
  co_await tick();
}

// By shape: the destructor releases what the constructor took.
class locker {
public:
  explicit locker(std::mutex &on) : mutex(on) { mutex.lock(); }
  ~locker() { mutex.unlock(); }

private:
  std::mutex &mutex;
};
template <class M> class pointer_locker {
public:
  explicit pointer_locker(M *on) : mutex(on) { relock(); }
  ~pointer_locker() { unlock(); }
  void relock() {
    if (mutex)
      mutex->lock();
  }
  void unlock() {
    if (mutex)
      mutex->unlock();
    mutex = nullptr;
  }

private:
  M *mutex;
};
class unlock_at_end {
public:
  explicit unlock_at_end(std::mutex &on) : mutex(on) {}
  ~unlock_at_end() { mutex.unlock(); }

private:
  std::mutex &mutex;
};
class unlocker {
public:
  explicit unlocker(std::mutex &on) : mutex(on) { mutex.unlock(); }
  ~unlocker() { mutex.lock(); }

private:
  std::mutex &mutex;
};
task<> locker_bad() {
  locker lock(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> pointer_bad() {
  pointer_locker<std::mutex> lock(&m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> pointer_ok() {
  pointer_locker<std::mutex> none(nullptr);
  pointer_locker<std::mutex> lock(&m);
  lock.unlock();
  co_await tick();
}
task<> at_end_bad() {
  m.lock(); // expected-warning {{`m` is locked}}
  unlock_at_end lock(m);
  co_await tick(); // expected-note {{held here}}
}
task<> unlocker_ok() {
  m.lock();
  unlocker open(m);
  co_await tick();
}

// Classes with a guard in them.
struct holder {
  std::lock_guard<std::mutex> lock;
  holder() : lock(m) {}
};
struct aggregate {
  std::unique_lock<std::mutex> lock;
  int value;
};
struct defaulted {
  std::lock_guard<std::mutex> lock{m};
};
struct deferred {
  std::unique_lock<std::mutex> lock{m, std::defer_lock};
};
struct derived : holder {};
struct lazy {
  void start();
  std::unique_lock<std::mutex> lock;
};
class unseen {
public:
  explicit unseen(int);

private:
  std::unique_lock<std::mutex> lock;
};
struct transaction {
  explicit transaction(std::mutex &on) : lock(on) {}
  void commit();
  std::unique_lock<std::mutex> lock;
};
task<> holder_bad() {
  holder all; // expected-warning {{`all` holds}}
  co_await tick(); // expected-note {{held here}}
}
task<> aggregate_bad() {
  aggregate all{std::unique_lock(m), 1}; // expected-warning {{`all` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> defaulted_bad() {
  defaulted all; // expected-warning {{`all` holds}}
  co_await tick(); // expected-note {{held here}}
}
task<> derived_bad() {
  derived all; // expected-warning {{`all` holds}}
  co_await tick(); // expected-note {{held here}}
}
task<> transaction_bad() {
  transaction all(m); // expected-warning {{`all` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> wrappers_ok() {
  deferred later;
  lazy one;
  unseen two(1);
  transaction done(m);
  done.commit(); // may release it
  co_await tick();
}
task<> member_released_ok() {
  aggregate all{std::unique_lock(m), 1};
  all.lock.unlock();
  co_await tick();
}

// As folly's Synchronized: a pointer that holds the lock.
template <class T> class synchronized {
public:
  class locked {
  public:
    explicit locked(synchronized &of) : of(of), lock(of.mutex) {}
    T *operator->() { return &of.value; }
    T &operator*() { return of.value; }

  private:
    synchronized &of;
    std::unique_lock<std::mutex> lock;
  };
  locked wlock() { return locked(*this); }

private:
  std::mutex mutex;
  T value;
};
struct list {
  void add(int);
  int size() const;
};
synchronized<list> all;
task<> locked_pointer_bad() {
  all.wlock()->add(co_await fetch()); // expected-warning {{a temporary holds `mutex`}} expected-note {{held here}}
}
task<> locked_pointer_ok() {
  all.wlock()->add(1);
  int next = co_await fetch();
  all.wlock()->add(next);
  co_await tick();
}

// What is locked is not a mutex: it does other things, and shows no waiting.
struct document {
  void lock();
  void unlock();
  void save();
  bool is_modified() const;
};
class editing {
public:
  explicit editing(document &of) : of(of) { of.lock(); }
  ~editing() { of.unlock(); }

private:
  document &of;
};
struct surface {
  void unlock_rect(int);
};
class mapped {
public:
  explicit mapped(surface &of) : of(of) {}
  ~mapped() { of.unlock_rect(1); }

private:
  surface &of;
};
mapped map(surface &);
task<> edits_ok(document &some, surface &other, mapped given) {
  editing lock(some);
  mapped one(other);
  auto two = map(other);
  co_await tick();
}

// Conditions of the user's own give the lock back; awaited ones release it.
struct condition {
  void wait(std::unique_lock<std::mutex> &);
  task<> wait_async(std::unique_lock<std::mutex> &);
};
task<> own_condition_bad(condition &changed) {
  std::unique_lock lock(m); // expected-warning {{`lock` holds `m`}}
  changed.wait(lock);
  co_await tick(); // expected-note {{held here}}
}
task<> async_condition_ok(condition &changed) {
  std::unique_lock lock(m);
  co_await changed.wait_async(lock);
}
class keeps {
public:
  explicit keeps(std::unique_lock<std::mutex> given) : lock(std::move(given)) {}

private:
  std::unique_lock<std::mutex> lock;
};
task<> kept_bad() {
  std::unique_lock lock(m); // expected-warning {{`lock` holds `m`}}
  keeps all(std::move(lock));
  co_await tick(); // expected-note {{held here}}
}
task<> kept_ok() {
  keeps all(std::unique_lock(m, std::defer_lock));
  co_await tick();
}
