// RUN: %verify %s
//
// Releases behind a `co_yield`, and what releases itself.
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <memory>
#include <string>
#include <utility>
using app::stream;
using app::task;

// A handle to something on a server. Nothing but `close` lets go of it.
struct cursor {
  int id = 0;
  std::string name;
  task<int> fetch();
  task<> close();
};
struct pool {
  task<cursor> open();
  task<cursor *> borrow();
  task<std::shared_ptr<cursor>> share();
};

stream<int> rows_bad(pool &from) {
  cursor rows = co_await from.open();
  while (int row = co_await rows.fetch())
    co_yield row; // expected-note {{the frame may be destroyed here}}
  co_await rows.close(); // expected-warning {{`rows` is not released if the consumer of `rows_bad` leaves early: nothing after a `co_yield` runs then}}
}
stream<int> pointer_bad(pool &from) {
  cursor *rows = co_await from.borrow();
  co_yield 1; // expected-note {{here}}
  co_await rows->close(); // expected-warning {{`rows` is not released}}
}
cppcoro::async_generator<int> cppcoro_bad() {
  cursor rows;
  co_yield 1; // expected-note {{here}}
  co_await rows.close(); // expected-warning {{`rows` is not released}}
}
folly::coro::AsyncGenerator<int> folly_bad() {
  struct session {
    int handle;
    folly::coro::Task<> disconnect();
  } open{1};
  for (int i = 0; i < 3; ++i)
    co_yield 1; // expected-note {{here}}
  co_await open.disconnect(); // expected-warning {{`open` is not released}}
}
struct source {
  pool from;
  stream<int> rows_bad() {
    auto rows = co_await from.open();
    co_yield 1; // expected-note {{here}}
    if (rows.id)
      co_await rows.close(); // expected-warning {{`rows` is not released if the consumer of `source::rows_bad`}}
    else
      co_await rows.close(); // one finding for each object
  }
};
template <class T> stream<T> template_bad() {
  cursor rows;
  co_yield T(); // expected-note {{here}}
  co_await rows.close(); // expected-warning {{`rows` is not released}}
}
void instances() {
  (void)template_bad<int>();
  (void)template_bad<short>();
}

// Released before anybody can leave, or acquired after.
stream<int> before_ok(pool &from) {
  cursor rows = co_await from.open();
  int row = co_await rows.fetch();
  co_await rows.close();
  co_yield row;
}
stream<int> each_turn_ok(pool &from) {
  for (int i = 0; i < 3; ++i) {
    cursor rows = co_await from.open();
    int row = co_await rows.fetch();
    co_await rows.close();
    co_yield row;
  }
}
// Releases itself.
struct owning_cursor {
  ~owning_cursor();
  task<> close();
};
struct wrapped_cursor {
  owning_cursor inner;
  task<> close();
};
struct shared_cursor {
  std::shared_ptr<cursor> inner;
  task<> close();
};
stream<int> destructors_ok(pool &from) {
  owning_cursor one;
  wrapped_cursor two;
  shared_cursor three;
  auto four = co_await from.share();
  co_yield 1;
  co_await one.close();
  co_await two.close();
  co_await three.close();
  co_await four->close();
}
// Somebody else's.
stream<int> borrowed_ok(cursor &rows) {
  co_yield 1;
  co_await rows.close();
}
struct holder {
  cursor rows;
  stream<int> items_ok() {
    co_yield 1;
    co_await rows.close();
  }
};
// Somebody else does it.
template <class F> struct guard {
  explicit guard(F f) : run(f) {}
  ~guard() { run(); }
  F run;
};
task<> keep(cursor &);
stream<int> guarded_ok(pool &from) {
  cursor rows = co_await from.open();
  guard closer([&rows] { app::spawn(rows.close()); });
  cursor kept = co_await from.open();
  co_await keep(kept);
  co_yield 1;
  co_await rows.close();
  co_await kept.close();
}
// Not a release; not awaited; not a generator.
struct report {
  task<> send();
  void close();
};
stream<int> others_ok() {
  report daily;
  co_yield 1;
  co_await daily.send();
  daily.close();
}
task<> no_generator_ok(pool &from) {
  cursor rows = co_await from.open();
  co_await rows.fetch();
  co_await rows.close();
}
stream<int> dead_ok() {
  cursor rows;
  co_yield 1;
  co_return;
  co_await rows.close();
}
stream<int> suppressed_ok() {
  cursor rows;
  co_yield 1;
  co_await rows.close(); // NOLINT(asynciter-cleanup-after-yield)
}
