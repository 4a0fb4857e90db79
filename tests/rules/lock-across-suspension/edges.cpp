// RUN: %verify %s
//
// Exceptions, templates, macros, many paths, suppressions.
#include "user_stream.h"
#include <memory>
#include <mutex>
using app::stream;
using app::task;
// expected-note@* 0+ {{release it before, or}}

std::mutex m, other;
int shared;
task<> tick();
task<int> fetch();
void work();

task<> handler_ok() {
  try {
    std::lock_guard lock(m);
    work();
  } catch (...) {
    ++shared;
  }
  co_await tick();
}
task<> bare_in_try_ok() {
  try {
    m.lock();
    work();
    m.unlock();
  } catch (...) {
    m.unlock();
  }
  co_await tick();
}
task<> try_bad() {
  try {
    std::lock_guard lock(m); // expected-warning {{`lock` holds `m`}}
    co_await tick(); // expected-note {{held here}}
  } catch (...) {
  }
}
task<> around_try_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m`}}
  try {
    work();
  } catch (...) {
    ++shared;
  }
  co_await tick(); // expected-note {{held here}}
}

template <class T> stream<T> template_bad(std::mutex &on) {
  std::lock_guard lock(on); // expected-warning {{`lock` holds `on` while `template_bad` is suspended}}
  co_yield T(1); // expected-note {{held here}}
}
template stream<int> template_bad(std::mutex &);
template stream<long> template_bad(std::mutex &);
template <class M> task<> of_any_ok(M &on) {
  std::lock_guard lock(on);
  ++shared;
  co_return;
}
template task<> of_any_ok(std::mutex &);

#define LOCKED(mutex) std::lock_guard lock_##mutex(mutex)
task<> macro_bad() {
  LOCKED(m); // expected-warning {{holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
#define SYNCHRONIZED(mutex) if (std::unique_lock guard(mutex); true)
task<> block_macro_bad() {
  SYNCHRONIZED(m) { // expected-warning {{`guard` holds `m`}}
    co_await tick(); // expected-note {{held here}}
  }
}
task<> block_macro_ok() {
  SYNCHRONIZED(m) { ++shared; }
  co_await tick();
}

// A lock for each of two ways.
task<> two_ways_bad(bool first) {
  std::unique_lock<std::mutex> lock;
  if (first)
    lock = std::unique_lock(m); // expected-warning {{`lock` holds `m`}}
  else
    lock = std::unique_lock(other); // expected-warning {{`lock` holds `other`}}
  co_await tick(); // expected-note 2 {{held here}}
}

// More paths than are told apart.
task<> many_paths_ok(int a, int b, int c, int d, int e, int f) {
  bool l1 = false, l2 = false, l3 = false, l4 = false, l5 = false, l6 = false;
  if (a) l1 = true;
  if (b) l2 = true;
  if (c) l3 = true;
  if (d) l4 = true;
  if (e) l5 = true;
  if (f) l6 = true;
  if (l1) m.lock();
  if (l2) ++shared;
  if (l3) ++shared;
  if (l4) ++shared;
  if (l5) ++shared;
  if (l6) ++shared;
  if (l1) m.unlock();
  co_await tick();
}
task<> many_paths_bad(int a, int b, int c, int d, int e, int f) {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m`}}
  bool l1 = false, l2 = false, l3 = false, l4 = false, l5 = false, l6 = false;
  if (a) l1 = true;
  if (b) l2 = true;
  if (c) l3 = true;
  if (d) l4 = true;
  if (e) l5 = true;
  if (f) l6 = true;
  if (l1 && l2 && l3 && l4 && l5 && l6)
    co_await tick(); // expected-note {{held here}}
  co_await tick(); // expected-note {{held here}}
}

// Exits.
task<> goto_ok() {
  {
    std::lock_guard lock(m);
    if (shared)
      goto out;
    ++shared;
  }
  co_return;
out:
  co_await tick();
}
task<> break_ok() {
  for (;;) {
    std::lock_guard lock(m);
    if (shared)
      break;
  }
  co_await tick();
}
task<> continue_ok() {
  for (int i = 0; i < 3; ++i) {
    {
      std::unique_lock lock(m);
      if (shared == i)
        continue;
    }
    co_await tick();
  }
}
task<> logical_ok(bool deep) {
  std::unique_lock lock(m, std::defer_lock);
  if (deep && lock.try_lock()) {
    ++shared;
    lock.unlock();
  }
  co_await tick();
}
task<> ternary_bad(bool deep) {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m`}}
  shared = deep ? co_await fetch() : 0; // expected-note {{held here}}
}
task<> chosen_bad(bool deep) {
  std::lock_guard lock(deep ? m : other); // expected-warning {{`lock` holds its lock}}
  co_await tick(); // expected-note {{held here}}
}
task<> static_ok() {
  static std::mutex local;
  static int &counter = (std::lock_guard(local), shared);
  ++counter;
  co_await tick();
}
task<> suppressed_ok() {
  std::lock_guard lock(m); // NOLINT(asynciter-lock-across-suspension)
  co_await tick();
}
task<> range_ok(std::unique_ptr<int[]> all) {
  for (int i : {1, 2, 3}) {
    std::lock_guard lock(m);
    shared += i;
  }
  co_await tick();
}
