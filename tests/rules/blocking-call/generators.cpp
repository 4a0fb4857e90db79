// RUN: %verify %s
//
// A sync generator may block: its consumer sees a range. An async one may not.
#include "mock_std_generator.h"
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <coro/coro.hpp>
#include <concurrencpp/concurrencpp.h>
#include <cppcoro/generator.hpp>
#include <folly/coro/Generator.h>
#include <unistd.h>
// expected-note@* 1+ {{instead}}

std::generator<int> standard_ok() { sleep(1); co_yield 1; }
cppcoro::generator<int> cppcoro_ok() { sleep(1); co_yield 1; }
folly::coro::Generator<int &&> folly_ok() { sleep(1); co_yield 1; }
QCoro::Generator<int> qcoro_ok() { sleep(1); co_yield 1; }
concurrencpp::generator<int> concurrencpp_ok() { sleep(1); co_yield 1; }
coro::generator<int> libcoro_ok() { sleep(1); co_yield 1; }
app::sync_generator<int> own_ok() { sleep(1); co_yield 1; }

app::stream<int> own_bad() {
  sleep(1); // expected-warning {{`own_bad` blocks the event loop between items}}
  co_yield 1;
}

// Making a sync generator runs nothing of it.
app::task<> makes_ok() {
  auto g = own_ok();
  (void)g;
  co_return;
}
