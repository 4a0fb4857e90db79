// RUN: %verify %s
//
// A sync generator may block, so the coroutine that loops over it does.
#include "mock_std_generator.h"
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <coro/coro.hpp>
#include <concurrencpp/concurrencpp.h>
#include <cppcoro/generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/Generator.h>
#include <folly/coro/Task.h>
#include <unistd.h>
using app::sync_generator;
using app::task;
// expected-note@* 1+ {{instead}}

std::generator<int> standard() { sleep(1); co_yield 1; }           // expected-note {{calls `::sleep`, which}}
cppcoro::generator<int> from_cppcoro() { sleep(1); co_yield 1; }   // expected-note {{calls `::sleep`, which}}
folly::coro::Generator<int> from_folly() { sleep(1); co_yield 1; } // expected-note {{calls `::sleep`, which}}
QCoro::Generator<int> from_qcoro() { sleep(1); co_yield 1; }       // expected-note {{calls `::sleep`, which}}
concurrencpp::generator<int> from_concurrencpp() { sleep(1); co_yield 1; } // expected-note {{calls `::sleep`, which}}
coro::generator<int> from_libcoro() { sleep(1); co_yield 1; }      // expected-note {{calls `::sleep`, which}}

task<> standard_bad() {
  for (int i : standard()) // expected-warning {{`standard_bad` goes through a sync range that blocks: }}
    app::use(i);
  co_return;
}
cppcoro::task<> cppcoro_bad() {
  for (int i : from_cppcoro()) // expected-warning {{sync range}}
    app::use(i);
  co_return;
}
folly::coro::Task<> folly_bad() {
  for (int i : from_folly()) // expected-warning {{sync range}}
    app::use(i);
  co_return;
}
QCoro::Task<> qcoro_bad() {
  for (int i : from_qcoro()) // expected-warning {{sync range}}
    app::use(i);
  co_return;
}
concurrencpp::result<void> concurrencpp_bad() {
  for (int i : from_concurrencpp()) // expected-warning {{sync range}}
    app::use(i);
  co_return;
}
coro::task<> libcoro_bad() {
  for (int i : from_libcoro()) // expected-warning {{sync range}}
    app::use(i);
  co_return;
}

// Through a helper that the generator calls.
int read_one() { // the body blocks, not the call of the generator
  char c;
  return static_cast<int>(read(0, &c, 1)); // expected-note {{`read_one` calls `::read`, which}}
}
sync_generator<int> bytes() {
  while (true)
    co_yield read_one(); // expected-note {{calls `read_one` here}}
}
app::stream<int> chain_bad() {
  for (int i : bytes()) // expected-warning {{sync range}}
    co_yield i;
}

// A generator that computes.
sync_generator<int> squares() {
  for (int i = 0;; ++i)
    co_yield i * i;
}
task<> computes_ok() {
  for (int i : squares())
    app::use(i);
  co_return;
}

// A named generator.
sync_generator<int> naps() { sleep(1); co_yield 1; } // expected-note {{calls `::sleep`, which}}
task<> named_bad() {
  auto all = naps();
  for (int i : all) // expected-warning {{sync range}}
    app::use(i);
  co_return;
}

// Sync code may loop over it.
void twin_ok() {
  for (int i : standard())
    app::use(i);
}
// Neither may a coroutine's lambda be blamed when it runs elsewhere.
template <class F> void on_pool(F &&) {}
task<> elsewhere_ok() {
  on_pool([] {
    for (int i : standard())
      app::use(i);
  });
  co_return;
}
