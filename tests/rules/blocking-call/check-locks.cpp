// RUN: %verify --config=%S/Inputs/check-locks.yaml %s
//
// With the option CheckLocks, taking a mutex is a finding too.
#include "user_stream.h"
#include <mutex>
#include <shared_mutex>
using app::task;
// expected-note@* 1+ {{instead}}

std::mutex guard;
std::shared_mutex shared;
int total;

task<> guard_bad() {
  std::lock_guard lock(guard); // expected-warning {{blocks}}
  ++total;
  co_return;
}
task<> bare_bad() {
  guard.lock(); // expected-warning {{calls `std::mutex::lock`}}
  guard.unlock();
  co_return;
}
task<> shared_bad() {
  std::shared_lock lock(shared); // expected-warning {{blocks}}
  co_return;
}
void add() {
  std::scoped_lock lock(guard); // expected-note {{which}}
  ++total;
}
task<> helper_bad() {
  add(); // expected-warning {{calls `add`}}
  co_return;
}

task<> tries_ok() {
  if (guard.try_lock())
    guard.unlock();
  std::unique_lock later(guard, std::defer_lock);
  std::unique_lock attempt(guard, std::try_to_lock);
  guard.unlock();
  std::lock_guard adopted(guard, std::adopt_lock);
  co_return;
}
void twin_ok() { std::lock_guard lock(guard); }
