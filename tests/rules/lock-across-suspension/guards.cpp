// RUN: %verify %s
//
// Guards of the standard library: where they hold, and where they no longer do.
#include "user_stream.h"
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <tuple>
#include <utility>
using app::stream;
using app::task;
// expected-note@* 0+ {{release it before, or}}

std::mutex m, other;
std::shared_mutex s;
std::timed_mutex timed;
int shared;
task<int> fetch();
task<> tick();

stream<int> yields_bad() {
  std::lock_guard<std::mutex> lock(m); // expected-warning {{`lock` holds `m` while `yields_bad` is suspended}}
  co_yield 1; // expected-note {{it is held here, where an item is handed out}}
  co_yield 2; // expected-note {{it is held here, where an item is handed out}}
}
task<> initialiser_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds `m` while `initialiser_bad` is suspended}}
  int x = co_await fetch(); // expected-note {{it is held here, where `fetch` is awaited}}
  shared = x;
}
task<> argument_bad() {
  std::unique_lock lock(m); // expected-warning {{`lock` holds `m`}}
  app::use(co_await fetch()); // expected-note {{`fetch` is awaited}}
}
task<> condition_bad() {
  std::scoped_lock lock(m, other); // expected-warning {{`lock` holds its lock while}}
  if (co_await fetch() > 1) // expected-note {{`fetch` is awaited}}
    ++shared;
}
task<int> returned_bad() {
  std::shared_lock lock(s); // expected-warning {{`lock` holds `s`}}
  co_return co_await fetch(); // expected-note {{`fetch` is awaited}}
}
task<> variable_bad() {
  auto work = tick();
  std::lock_guard lock(m); // expected-warning {{`lock` holds}}
  co_await std::move(work); // expected-note {{`work` is awaited}}
}
task<> if_init_bad() {
  if (std::lock_guard lock(m); shared > 0) // expected-warning {{`lock` holds}}
    co_await tick(); // expected-note {{held here}}
}
task<> else_bad() {
  if (std::lock_guard lock(m); shared > 0) // expected-warning {{`lock` holds}}
    ++shared;
  else
    co_await tick(); // expected-note {{held here}}
}
task<> switch_init_bad() {
  switch (std::unique_lock lock(m); shared) { // expected-warning {{`lock` holds}}
  case 1:
    co_await tick(); // expected-note {{held here}}
    break;
  default:
    break;
  }
}
task<> for_init_bad() {
  for (std::unique_lock lock(m); shared;) // expected-warning {{`lock` holds}}
    co_await tick(); // expected-note {{held here}}
}
task<> loop_body_bad() {
  while (shared) {
    std::lock_guard lock(m); // expected-warning {{`lock` holds}}
    co_await tick(); // expected-note {{held here}}
  }
}
task<> loop_head_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds}}
  while (co_await fetch()) // expected-note {{held here}}
    ++shared;
}
task<> each_suspension_bad() {
  std::lock_guard lock(m); // expected-warning {{`lock` holds}}
  co_await tick(); // expected-note {{`tick` is awaited}}
  co_await fetch(); // expected-note {{`fetch` is awaited}}
  if (shared)
    co_await tick(); // expected-note {{`tick` is awaited}}
}

// Released in time.
task<> scope_ok() {
  {
    std::lock_guard lock(m);
    ++shared;
  }
  co_await tick();
}
task<> before_ok() {
  int x = co_await fetch();
  std::lock_guard lock(m);
  shared = x;
}
task<> init_awaits_ok() {
  std::lock_guard lock((co_await fetch(), m));
  ++shared;
}
task<> if_scope_ok() {
  if (std::lock_guard lock(m); shared)
    ++shared;
  co_await tick();
}
task<> unlocked_ok() {
  std::unique_lock lock(m);
  ++shared;
  lock.unlock();
  co_await tick();
}
task<> around_ok() {
  std::unique_lock lock(m);
  while (shared) {
    --shared;
    lock.unlock();
    co_await tick();
    lock.lock();
  }
}
task<> around_bad() {
  std::unique_lock lock(m);
  lock.unlock();
  co_await tick();
  lock.lock(); // expected-warning {{`lock` holds its lock while `around_bad`}}
  co_await tick(); // expected-note {{held here}}
}
task<> returns_under_lock_ok() {
  std::lock_guard lock(m);
  if (shared)
    co_return;
  ++shared;
}
task<> early_exit_ok() {
  std::unique_lock lock(m);
  if (shared) {
    lock.unlock();
    co_await tick();
    co_return;
  }
  ++shared;
}
task<> one_branch_bad() {
  std::unique_lock lock(m); // expected-warning {{`lock` holds `m`}}
  if (shared)
    lock.unlock();
  co_await tick(); // expected-note {{held here}}
}

// Not taken at once, or not at all.
task<> deferred_ok() {
  std::unique_lock lock(m, std::defer_lock);
  co_await tick();
  lock.lock();
  ++shared;
}
task<> deferred_bad() {
  std::unique_lock lock(m, std::defer_lock);
  lock.lock(); // expected-warning {{`lock` holds its lock}}
  co_await tick(); // expected-note {{held here}}
}
task<> deferred_pair_bad() {
  std::unique_lock first(m, std::defer_lock);
  std::unique_lock second(other, std::defer_lock);
  std::lock(first, second); // expected-warning {{`first` holds its lock}}
  second.unlock();
  co_await tick(); // expected-note {{held here}}
}
task<> empty_ok() {
  std::unique_lock<std::mutex> lock;
  std::scoped_lock<> none;
  co_await tick();
}
task<> assigned_bad() {
  std::unique_lock<std::mutex> lock;
  lock = std::unique_lock(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> assigned_empty_ok() {
  std::unique_lock lock(m);
  lock = {};
  co_await tick();
}
task<> adopted_bad() {
  m.lock(); // expected-warning {{`m` is locked while `adopted_bad` is suspended}}
  std::lock_guard lock(m, std::adopt_lock);
  co_await tick(); // expected-note {{held here}}
}
task<> adopted_ok() {
  m.lock();
  {
    std::lock_guard lock(m, std::adopt_lock);
    ++shared;
  }
  co_await tick();
}
task<> adopted_from_elsewhere_bad() {
  std::lock_guard lock(m, std::adopt_lock); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}

// Tries.
task<> tried_bad() {
  std::unique_lock lock(m, std::try_to_lock); // expected-warning {{`lock` holds `m`}}
  if (lock)
    co_await tick(); // expected-note {{held here}}
}
task<> tried_ok() {
  std::unique_lock lock(m, std::try_to_lock);
  if (!lock.owns_lock()) {
    co_await tick();
    co_return;
  }
  ++shared;
}
task<> timed_ok() {
  std::unique_lock lock(timed, std::defer_lock);
  if (!lock.try_lock_for(std::chrono::seconds(1)))
    co_await tick();
}
task<> timed_bad() {
  std::unique_lock lock(timed, std::chrono::seconds(1)); // expected-warning {{`lock` holds `timed`}}
  if (!lock)
    co_return;
  co_await tick(); // expected-note {{held here}}
}
task<> owns_ok() {
  std::unique_lock lock(m);
  if (lock.owns_lock())
    lock.unlock();
  co_await tick();
}

// Moved, returned, swapped, let go of.
void take(std::unique_lock<std::mutex>);
void use(std::unique_lock<std::mutex> &);
void look(const std::unique_lock<std::mutex> &);
std::unique_lock<std::mutex> acquire();
std::unique_lock<std::mutex> try_acquire();
std::unique_lock<std::mutex> acquire_if(bool wanted) {
  return wanted ? std::unique_lock(m) : std::unique_lock(m, std::defer_lock);
}
task<> moved_bad() {
  std::unique_lock lock(m); // expected-warning {{`lock` holds `m`}}
  auto kept = std::move(lock);
  co_await tick(); // expected-note {{held here}}
}
task<> moved_scope_ok() {
  std::unique_lock lock(m);
  {
    auto kept = std::move(lock);
    ++shared;
  }
  co_await tick();
}
task<> given_away_ok() {
  std::unique_lock lock(m);
  take(std::move(lock));
  co_await tick();
}
task<> lent_ok() {
  std::unique_lock lock(m);
  use(lock); // may release it
  co_await tick();
}
task<> looked_at_bad() {
  std::unique_lock lock(m); // expected-warning {{`lock` holds `m`}}
  look(lock);
  co_await tick(); // expected-note {{held here}}
}
task<> returned_guard_bad() {
  auto lock = acquire(); // expected-warning {{`lock` holds its lock}}
  co_await tick(); // expected-note {{held here}}
}
task<> maybe_returned_ok() {
  auto lock = try_acquire();
  auto maybe = acquire_if(shared > 1);
  co_await tick();
}
task<> dropped_guard_ok() {
  acquire();
  co_await tick();
}
task<> parameter_bad(std::unique_lock<std::mutex> lock) { // expected-warning {{`lock` holds its lock}}
  co_await tick(); // expected-note {{held here}}
}
task<> parameter_ok(std::unique_lock<std::mutex> lock) {
  if (lock.owns_lock())
    lock.unlock();
  co_await tick();
}
task<> borrowed_ok(std::unique_lock<std::mutex> &lock) {
  lock.unlock();
  co_await tick();
  lock.lock();
}
task<> released_ok() {
  std::unique_lock lock(m);
  std::mutex *raw = lock.release();
  raw->unlock();
  co_await tick();
}
task<> swapped_ok() {
  std::unique_lock lock(m);
  {
    std::unique_lock<std::mutex> inner;
    inner.swap(lock);
  }
  co_await tick();
}
task<> swapped_bad() {
  std::unique_lock<std::mutex> outer;
  {
    std::unique_lock inner(m); // expected-warning {{`inner` holds `m`}}
    std::swap(inner, outer);
  }
  co_await tick(); // expected-note {{held here}}
}
task<> captured_ok() {
  std::unique_lock lock(m);
  auto done = [&lock] { lock.unlock(); };
  done();
  co_await tick();
}
task<> captured_by_move_ok() {
  std::unique_lock lock(m);
  auto later = [lock = std::move(lock)] { ++shared; };
  co_await tick();
}
task<> reference_ok() {
  std::unique_lock lock(m);
  auto &same = lock;
  same.unlock();
  co_await tick();
}
task<> kept_alive_bad() {
  auto &&lock = std::unique_lock(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}

// A wait on a condition gives the lock back.
std::condition_variable ready;
task<> waited_bad() {
  std::unique_lock lock(m); // expected-warning {{`lock` holds `m`}}
  // NOLINTNEXTLINE(asynciter-blocking-call)
  ready.wait(lock, [&] { return shared > 0; });
  co_await tick(); // expected-note {{held here}}
}

// Kept in an optional, a pointer, a tuple.
task<> optional_bad() {
  std::optional<std::unique_lock<std::mutex>> lock;
  lock.emplace(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> optional_ok() {
  std::optional<std::unique_lock<std::mutex>> lock(m);
  lock.reset();
  co_await tick();
  lock = std::unique_lock(m);
  lock->unlock();
  co_await tick();
  lock.emplace(m);
  lock = std::nullopt;
  co_await tick();
}
task<> empty_optional_ok() {
  std::optional<std::lock_guard<std::mutex>> lock;
  co_await tick();
}
task<> pointer_bad() {
  auto lock = std::make_unique<std::lock_guard<std::mutex>>(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> pointer_ok() {
  auto lock = std::make_unique<std::lock_guard<std::mutex>>(m);
  lock.reset();
  co_await tick();
  auto other = std::make_unique<std::lock_guard<std::mutex>>(m);
  other = nullptr;
  co_await tick();
}
task<> tuple_bad() {
  std::tuple<std::unique_lock<std::mutex>, int> both(std::unique_lock(m), 1); // expected-warning {{`both` holds}}
  co_await tick(); // expected-note {{held here}}
}

// Temporaries live to the end of the whole expression.
int guarded(const std::lock_guard<std::mutex> &, int);
task<> temporary_bad() {
  guarded(std::lock_guard(m), co_await fetch()); // expected-warning {{a temporary holds `m` while}} expected-note {{held here}}
}
task<> comma_bad() {
  std::lock_guard<std::mutex>(other), co_await tick(); // expected-warning {{a temporary holds `other`}} expected-note {{held here}}
}
task<> temporary_ok() {
  guarded(std::lock_guard(m), 1);
  co_await tick();
  int x = (std::lock_guard(m), shared);
  co_await tick();
  app::use(x);
}

// The sync twin holds what it likes.
void twin_ok() {
  std::lock_guard lock(m);
  ++shared;
}
app::sync_generator<int> sync_generator_ok() {
  std::lock_guard lock(m);
  co_yield 1;
}
