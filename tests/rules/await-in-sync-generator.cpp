// RUN: %verify %s
//
// A promise that lets a sync generator's body await, and what may be awaited.
#include "shapes.h"
#include <coro/coro.hpp>
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <iterator>

coro::task<int> fetch();

// libcoro's promise has no `await_transform` that would forbid it.
coro::generator<int> libcoro_bad() {
  co_yield 1;
  co_yield co_await fetch(); // expected-warning {{`libcoro_bad` is a sync generator: while it waits here, its consumer goes on without an item}}
}
coro::generator<int> libcoro_twice_bad() {
  int first = co_await fetch(); // expected-warning {{while it waits here}}
  if (first > 0)
    co_await fetch(); // expected-warning {{while it waits here}}
  co_yield first;
}
coro::generator<int> libcoro_ok() {
  for (int i = 0; i < 3; ++i)
    co_yield i;
}

// A task that never waits has finished when the await is over.
coro::task<int> five() { co_return 5; }
coro::task<int> six() { co_return 1 + co_await five(); }
coro::generator<int> finished_tasks_ok() {
  co_yield co_await six();
}
coro::task<int> fetch_seven() { co_return 7 * co_await fetch(); }
coro::generator<int> waiting_task_bad() {
  co_yield co_await fetch_seven(); // expected-warning {{while it waits here}}
}

// A generator of the user's own: pointers as iterators, a conversion to a base.
namespace own {
struct pause {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};
struct not_at_all {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return 1; }
};
struct goes_on_at_once {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const noexcept { return false; }
  std::coroutine_handle<> await_resume() const noexcept { return nullptr; }
};
template <class T> struct generator {
  struct promise_type : app::promise_base {
    generator get_return_object();
    std::suspend_always yield_value(T);
    void return_void();
  };
  struct iterator {
    iterator &operator++();
    T &operator*() const;
    bool operator==(std::default_sentinel_t) const;
  };
  auto begin() { return iterator(); }
  auto end() { return std::default_sentinel; }
};
struct feed {
  generator<int> items_bad() {
    co_await pause(); // expected-warning {{`feed::items_bad` is a sync generator}}
    co_yield 1;
  }
};
generator<int> standard_bad() {
  co_await std::suspend_always(); // expected-warning {{is a sync generator}}
  co_yield 1;
}
// What never suspends is no wait: the generator's own handle, a check.
generator<int> ready_ok() {
  int one = co_await not_at_all();
  co_await std::suspend_never();
  (void)co_await goes_on_at_once();
  co_yield one;
}
template <class Wait> generator<int> template_bad(Wait wait) {
  co_await wait; // expected-warning {{`template_bad` is a sync generator}}
  co_yield 1;
}
template generator<int> template_bad(pause);
template <class Wait> generator<int> template_ok(Wait wait) {
  co_await wait;
  co_yield 1;
}
template generator<int> template_ok(not_at_all);
template <class Wait> generator<int> nobody_asked_ok(Wait wait) {
  co_await wait;
  co_yield 1;
}
auto lambda_bad = []() -> generator<int> {
  co_await pause(); // expected-warning {{`the lambda` is a sync generator}}
  co_yield 1;
};
generator<int> dead_ok() {
  co_return;
  co_await pause();
}
generator<int> suppressed_ok() {
  co_await pause(); // NOLINT(asynciter-await-in-sync-generator)
  co_yield 1;
}
// The awaits of a lambda inside are its own.
generator<int> lambda_inside_ok() {
  auto later = []() -> app::task<> { co_await pause(); };
  (void)later;
  co_yield 1;
}
// Is stepped by hand, from whatever wakes it: not known to be synchronous.
struct machine {
  struct promise_type : app::promise_base {
    machine get_return_object();
    std::suspend_always yield_value(int);
    void return_void();
  };
  void resume();
};
machine by_hand_ok() {
  co_await pause();
  co_yield 1;
}
} // namespace own

// The twins whose advance is awaited.
app::task<> wait();
app::stream<int> stream_ok() {
  co_await wait();
  co_yield 1;
}
cppcoro::task<> other();
cppcoro::async_generator<int> cppcoro_ok() {
  co_await other();
  co_yield 1;
}
