// RUN: %verify --rules=-*,dangling-capture %s
//
// Closures and objects that end before the coroutine that uses them.
#include "user_stream.h"

#include <folly/coro/Task.h>
#include <seastar/generator.hh>

#include <functional>
#include <string>
#include <vector>

using app::stream;
using app::task;
using app::use;

std::string path();

// A closure that is called in place ends with the expression.
task<> in_place_bad(std::string name) {
  int count = 3;
  auto a = [count]() -> stream<int> { // expected-warning {{the lambda uses its captures as long as it runs, but its closure ends with this expression, before `a` is used}}
    co_yield int(count);
  }();
  auto b = [&count]() -> stream<int> { // expected-warning {{but its closure ends with this expression, before `b` is used}}
    co_yield int(count);
  }();
  auto c = [name = path()]() -> task<int> { // expected-warning {{but its closure ends with this expression, before `c` is used}}
    co_return static_cast<int>(name.size());
  }();
  co_await a.next();
  co_await b.next();
  co_await c;
}
task<> in_place_ok(std::string name) {
  int count = 3;
  const int size = co_await [&]() -> task<int> { co_return count + static_cast<int>(name.size()); }();
  auto a = []() -> stream<int> { co_yield 1; }();
  auto b = [](int limit) -> stream<int> { co_yield int(limit); }(count);
  auto c = [count] { return count; }();
  co_await a.next();
  co_await b.next();
  use(c + size);
}
// By its own name, and in the scope of it.
task<> named_ok() {
  int count = 3;
  auto numbers = [count]() -> stream<int> { co_yield int(count); };
  auto a = numbers();
  while (auto item = co_await a.next())
    use(*item);
}
stream<int> named_bad() {
  int count = 3;
  auto numbers = [count]() -> stream<int> { co_yield int(count); }; // expected-warning {{the lambda uses its captures as long as it runs, but its closure ends when `named_bad` returns}}
  return numbers(); // expected-note {{it is called here}}
}
stream<int> returned_bad(int count) {
  return [count]() -> stream<int> { co_yield int(count); }(); // expected-warning {{its closure ends with this expression}}
}
stream<int> returned_ok(int count) {
  return [](int limit) -> stream<int> { co_yield int(limit); }(count);
}
// The captures are there, and nobody uses them.
task<> unused_capture_ok(int count) {
  auto a = [count]() -> stream<int> { co_yield 1; }();
  co_await a.next();
}
// Through a function that calls what it is given.
template <class F> stream<int> made_by(F &&maker) { return maker(); } // expected-note 1+ {{it is handed on here}}
task<> through_a_function_bad(int count) {
  auto a = made_by([count]() -> stream<int> { co_yield int(count); }); // expected-warning {{its closure ends with this expression, before `a` is used}}
  co_await a.next();
}

// Members.
struct feed {
  int limit = 3;
  std::vector<stream<int>> kept;
  stream<int> items() {
    for (int i = 0; i < limit; ++i)
      co_yield int(i);
  }
  stream<int> fixed() { co_yield 1; }
  stream<int> all() { return items(); } // expected-note 1+ {{it is handed on here}}
  static stream<int> none() { co_yield 1; }
  stream<int> elsewhere();
  task<int> size() { co_return limit; }
  void keep_ok() { kept.push_back(items()); }
  stream<int> from_closure_bad() {
    return [this]() -> stream<int> { co_yield int(limit); }(); // expected-warning {{its closure ends with this expression}}
  }
};
feed open();
feed &shared();
task<> member_bad() {
  auto a = feed().items(); // expected-warning {{`feed::items` uses its object as long as it runs, but that is a temporary, which ends with this expression, before `a` is used}}
  auto b = open().items(); // expected-warning {{`feed::items` uses its object}}
  auto c = open().all();   // expected-warning {{`feed::items` uses its object}}
  auto d = open().size();  // expected-warning {{`feed::size` uses its object}}
  co_await a.next();
  co_await b.next();
  co_await c.next();
  co_await d;
}
stream<int> member_returned_bad() {
  feed own;
  return own.items(); // expected-warning {{`feed::items` uses its object as long as it runs, but `own` ends when `member_returned_bad` returns}}
}
task<> member_ok() {
  feed own;
  auto a = own.items();
  auto b = shared().items();
  auto c = open().fixed();
  auto d = feed::none();
  auto e = open().elsewhere();
  co_await a.next();
  co_await b.next();
  co_await c.next();
  co_await d.next();
  co_await e.next();
  co_await open().size();
}

// Functions that destroy the closure when it has returned.
seastar::future<int> fetch();
seastar::future<> write_ok(int value);
seastar::future<> continuation_bad(std::string name) {
  co_await fetch().then([name]() -> seastar::future<> { // expected-warning {{the lambda uses its captures as long as it runs, but `seastar::future::then` destroys its closure at the first suspension}}
    co_await write_ok(1);
    use(name);
  });
}
seastar::future<> continuation_ok(std::string name) {
  // Used before the first suspension only: this coroutine starts at once.
  co_await fetch().then([name]() -> seastar::future<> {
    use(name);
    co_await write_ok(1);
  });
  co_await fetch().then([name] { use(name); });
  co_await fetch().then(seastar::coroutine::lambda([name]() -> seastar::future<> {
    co_await write_ok(1);
    use(name);
  }));
}
folly::coro::Task<void> kept_alive_ok(std::string name) {
  auto a = folly::coro::co_invoke([name]() -> folly::coro::Task<void> {
    co_await folly::coro::sleep(1);
    use(name);
  });
  co_await std::move(a);
}
// Eager: what runs before the first suspension runs within the call.
seastar::future<> eager_ok(std::string name) {
  auto a = [name]() -> seastar::future<> {
    use(name);
    co_await write_ok(1);
  }();
  co_await std::move(a);
}
seastar::future<> eager_bad(std::string name) {
  auto a = [name]() -> seastar::future<> { // expected-warning {{its closure ends with this expression, before `a` is used}}
    co_await write_ok(1);
    use(name);
  }();
  co_await std::move(a);
}
task<> suppressed_ok(int count) {
  auto a = [count]() -> stream<int> { co_yield int(count); }(); // NOLINT(asynciter-dangling-capture)
  co_await a.next();
}

// A coroutine that returns an expected has run when the call returns: a `co_await`
// in it goes on, or leaves it for good.
namespace monad {
template <class T> class expected;
template <class T> struct result_of {
  expected<T> *place;
  operator expected<T>();
};
template <class T> class expected {
public:
  struct promise_type {
    result_of<T> get_return_object() noexcept;
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_value(T);
    [[noreturn]] void unhandled_exception();
  };
  expected(T);
  bool has_value() const;
  explicit operator bool() const;
  T &value();
  T &operator*();
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<promise_type>);
    T await_resume();
  };
  awaiter operator co_await();
};
expected<int> parse();
int sum_ok() {
  int sum = 0;
  auto result = [&]() -> expected<int> {
    sum = co_await parse();
    co_return sum;
  }();
  return result.has_value() ? *result : sum;
}
} // namespace monad
