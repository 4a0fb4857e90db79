// RUN: %verify %s
//
// A lambda that is called here blocks here; one that is stored or handed away
// does not; one that is a coroutine has its own finding.
#include "user_stream.h"
#include <algorithm>
#include <functional>
#include <unistd.h>
#include <vector>
using app::stream;
using app::task;
// expected-note@* 1+ {{instead}}

task<> called_here_bad() {
  auto nap = [] { sleep(1); }; // expected-note {{calls `::sleep`, which}}
  nap();                       // expected-warning {{`called_here_bad` blocks its thread}}
  co_return;
}
task<> immediately_bad() {
  int n = [] { // expected-warning {{blocks}}
    return static_cast<int>(sleep(1)); // expected-note {{calls `::sleep`, which}}
  }();
  (void)n;
  co_return;
}
task<> generic_bad() {
  auto nap = [](auto n) { sleep(n); }; // expected-note {{calls `::sleep`, which}}
  nap(1u);                             // expected-warning {{blocks}}
  co_return;
}
task<> captured_bad(int fd) {
  char c;
  auto take = [&] { return read(fd, &c, 1); }; // expected-note {{calls `::read`, which}}
  if (take() == 1)                             // expected-warning {{blocks}}
    co_return;
}

// An algorithm calls it before it returns.
task<> algorithm_bad(std::vector<int> &all) {
  std::for_each(all.begin(), all.end(), [](int) { sleep(1); }); // expected-warning {{blocks}} expected-note {{calls `::sleep`, which}}
  co_return;
}

task<> stored_ok(std::function<void()> &slot, std::vector<std::function<void()>> &jobs) {
  slot = [] { sleep(1); };
  jobs.push_back([] { sleep(1); });
  auto never = [] { sleep(1); };
  (void)never;
  co_return;
}
std::function<void()> returned_ok() {
  return [] { sleep(1); };
}

// A lambda that is a coroutine blocks in itself: its own finding, once.
task<> nested_coroutine_ok() {
  auto inner_bad = []() -> task<> {
    sleep(1); // expected-warning {{blocks its thread: it calls `::sleep`}}
    co_return;
  };
  co_await inner_bad();
}
task<> nested_generator_ok() {
  auto inner_bad = [](int n) -> stream<int> {
    sleep(1); // expected-warning {{blocks the event loop between items: it calls `::sleep`}}
    co_yield n;
  };
  auto s = inner_bad(1);
  while (auto v = co_await s.next())
    app::use(*v);
}
// A coroutine lambda in a plain function.
void plain_ok() {
  auto inner_bad = []() -> task<> {
    sleep(1); // expected-warning {{blocks}}
    co_return;
  };
  app::spawn(inner_bad());
  auto plain = [] { sleep(1); };
  plain();
}
// A generic coroutine lambda is reported once, however often it is called.
void generic_coroutine() {
  auto inner_bad = [](auto n) -> task<> {
    sleep(static_cast<unsigned>(n)); // expected-warning {{blocks}}
    co_return;
  };
  app::spawn(inner_bad(1));
  app::spawn(inner_bad(2L));
}
