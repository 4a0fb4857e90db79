// RUN: %verify --rules=-*,thread-bound-across-suspension %s
#include "user_stream.h"

#include <cerrno>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

using app::stream;
using app::task;
using app::use;

task<> rest();
void report(std::thread::id);
void signal_thread(pthread_t);

thread_local std::vector<int> buffer;
thread_local int depth;
std::vector<int> shared;

task<> addresses_bad() {
  auto &mine = buffer;       // expected-note {{it is taken from the thread here}}
  int *level = &depth;       // expected-note {{it is taken}}
  int *same = level;         // expected-note {{it is taken}}
  int &error = errno;        // expected-note {{it is taken}}
  co_await rest();          // expected-note 4 {{the coroutine may go on on another thread here}}
  mine.push_back(1);         // expected-warning {{`mine` belongs to the thread that ran before the suspension, and is used after it}}
  ++*level;                  // expected-warning {{`level` belongs to the thread}}
  ++*same;                   // expected-warning {{`same` belongs to the thread}}
  error = 0;                 // expected-warning {{`error` belongs to the thread}}
}
task<> identity_bad() {
  const auto id = std::this_thread::get_id(); // expected-note {{it is taken}}
  const pthread_t self = pthread_self();      // expected-note {{it is taken}}
  co_await rest();                           // expected-note 2 {{the coroutine may go on}}
  report(id);                                 // expected-warning {{`id` belongs to the thread}}
  signal_thread(self);                        // expected-warning {{`self` belongs to the thread}}
}
stream<int> yields_bad() {
  int &level = depth; // expected-note {{it is taken}}
  co_yield 1;         // expected-note {{the coroutine may go on}}
  ++level;            // expected-warning {{`level` belongs to the thread}}
}
task<> before_ok() {
  auto &mine = buffer;
  mine.push_back(1);
  const int kept = depth;
  const int error = errno;
  co_await rest();
  use(kept + error);
  auto &again = buffer;
  again.push_back(2);
  ++depth;
}
// Whoever compares wants to know.
task<> compared_ok() {
  const auto id = std::this_thread::get_id();
  co_await rest();
  if (id != std::this_thread::get_id())
    co_return;
}
task<> shared_ok() {
  auto &all = shared;
  co_await rest();
  all.push_back(1);
}
void plain_ok() {
  auto &mine = buffer;
  mine.push_back(1);
}
task<> suppressed_ok() {
  auto &mine = buffer;
  co_await rest();
  mine.push_back(1); // NOLINT(asynciter-thread-bound-across-suspension)
}
