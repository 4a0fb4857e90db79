// RUN: %verify %s
//
// Hand-written streams that can tell an end and never do, and those that do, or
// cannot.
#include "user_stream.h"
#include <cppcoro/task.hpp>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
using app::row;
using app::task;

task<> tick();
task<std::string> receive();
int rand_of();

// `next()` as a coroutine.
struct ticker {
  task<std::optional<int>> next() { // expected-warning {{`ticker::next` never tells the end, which its stream has a way to tell}}
    co_await tick();
    co_return ++count;
  }
  int count = 0;
};
struct names {
  cppcoro::task<std::optional<std::string>> next(); // the definition is told
};
cppcoro::task<std::optional<std::string>> names::next() { // expected-warning {{`names::next` never tells the end}}
  if (rand_of() > 2)
    co_return std::string("a");
  co_return std::optional<std::string>(std::string("b"));
}
struct flags {
  task<bool> next() { co_return true; } // expected-warning {{`flags::next` never tells the end}}
};
struct rows {
  task<app::expected<row>> next() { co_return row{1, "a"}; } // expected-warning {{`rows::next` never tells the end}}
};
// The end of the stream below is taken for an item.
struct doubled {
  app::stream<int> from;
  task<std::optional<int>> next() { // expected-warning {{`doubled::next` never tells the end}}
    auto item = co_await from.next();
    co_return item ? 2 * *item : 0;
  }
};
// With an awaiter of its own.
struct counter {
  struct step {
    bool await_ready() const { return true; }
    void await_suspend(std::coroutine_handle<>) {}
    std::optional<int> await_resume() { return ++of.count; }
    counter &of;
  };
  step next() { return {*this}; } // expected-warning {{`counter::next` never tells the end}}
  int count = 0;
};
// An iterator that never equals the end.
struct advance {
  bool await_ready() const { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
struct never_equal {
  advance operator++() { return {}; } // expected-warning {{`never_equal::operator++` never tells the end}}
  int operator*() const { return 1; }
  bool operator==(std::default_sentinel_t) const { return false; }
};
struct never_equal_friend {
  advance operator++() { return {}; } // expected-warning {{never tells the end}}
  friend bool operator!=(const never_equal_friend &, const never_equal_friend &) { return true; }
};
template <class T> struct template_bad {
  task<std::optional<T>> next() { co_return T(); } // expected-warning {{`template_bad::next` never tells the end}}
};
task<> use_template(template_bad<int> a, template_bad<short> b) {
  (void)co_await a.next();
  (void)co_await b.next();
}

// Tells it, on some path.
struct counted_ok {
  task<std::optional<int>> next() {
    if (count == 3)
      co_return std::nullopt;
    co_return ++count;
  }
  int count = 0;
};
struct empty_braces_ok {
  task<std::optional<int>> next() {
    if (count == 3)
      co_return std::optional<int>();
    co_return ++count;
  }
  int count = 0;
};
struct handed_on_ok {
  app::stream<int> from;
  task<std::optional<int>> next() { co_return co_await from.next(); }
  task<std::optional<int>> later() { co_return 1; }
};
struct stored_ok {
  std::optional<int> current;
  task<std::optional<int>> next() { co_return std::exchange(current, std::nullopt); }
};
struct flag_ok {
  int left = 3;
  task<bool> next() { co_return left-- > 0; }
};
struct equal_ok {
  advance operator++() { return {}; }
  bool operator==(std::default_sentinel_t) const { return over; }
  bool over = false;
};
// Ends by an exception: its own, or that of what it awaits.
struct throws_ok {
  int left = 3;
  task<std::optional<int>> next() {
    if (left == 0)
      throw std::out_of_range("no more");
    co_return left--;
  }
};
struct receives_ok {
  task<std::optional<std::string>> next() { co_return co_await receive(); }
};
struct value_ok {
  app::stream<int> from;
  task<std::optional<int>> next() {
    auto item = co_await from.next();
    co_return item.value();
  }
};
// Cannot tell an end: endless by design.
struct clock_ok {
  task<int> next() { co_return 1; }
};
struct incomparable_ok {
  advance operator++() { return {}; }
};
// No stream.
struct iterator_ok {
  iterator_ok &operator++() { return *this; }
  bool operator==(std::default_sentinel_t) const { return false; }
};
std::optional<int> next_ok() { return 1; }
struct suppressed_ok {
  task<std::optional<int>> next() { co_return 1; } // NOLINT(asynciter-endless-async-iterator)
};
// What it awaits for its item may fail, and that ends the loop.
task<int> next_connection();
task<> second();
struct accept_ok {
  task<> operator++() { current = co_await next_connection(); }
  bool operator==(const accept_ok &) const { return false; }
  int current = 0;
};
struct accept_bad {
  task<> operator++() { // expected-warning {{`accept_bad::operator++` never tells the end}}
    co_await second();
    ++current;
  }
  bool operator==(const accept_bad &) const { return false; }
  int current = 0;
};
