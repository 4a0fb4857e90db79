// RUN: %verify %s
//
// Coroutines where a callable without a result is wanted, in the ways in which
// one becomes the other; and what may be dropped.
#include "stand-ins/asio.h"
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <functional>
#include <seastar/generator.hh>
#include <utility>
#include <vector>
using app::task;

task<> wait();
task<int> store(int);
app::stream<int> numbers();
void on_event(std::function<void(int)> callback);
void on_any(const std::function<void()> &callback);
void on_task(std::function<task<>(int)> callback);

void lambdas_bad() {
  std::function<void(int)> callback = [](int i) -> task<> { co_await store(i); }; // expected-warning {{the `task` that this callable returns is dropped at each call: it is converted to one that returns nothing}}
  on_event([](int i) -> task<> { co_await store(i); }); // expected-warning {{the `task` that this callable returns is dropped}}
  on_any([]() -> app::stream<int> { co_yield 1; });     // expected-warning {{the `stream` that this callable returns}}
  on_event([](auto i) -> task<> { co_await store(i); }); // expected-warning {{the `task` that this callable returns}}
}
void named_bad() {
  on_event(store);   // expected-warning {{the `task` that this callable returns}}
  on_any(&wait);     // expected-warning {{the `task` that this callable returns}}
  on_any(numbers);   // expected-warning {{the `stream` that this callable returns}}
  std::function<task<>()> inner = wait;
  on_any(inner);     // expected-warning {{the `task` that this callable returns}}
}
struct handler {
  task<> operator()(int);
};
struct service {
  std::function<void(int)> callback;
  explicit service(std::function<void(int)> given) : callback(std::move(given)) {}
  void assign_bad(handler h) {
    callback = h; // expected-warning {{the `task` that this callable returns}}
    callback = [](int) -> cppcoro::task<> { co_return; }; // expected-warning {{the `task` that}}
  }
};
folly::coro::Task<> made();
seastar::future<> started();
asio::awaitable<void> awaited();
void each_library_bad() {
  on_any(made);    // expected-warning {{the `Task` that this callable returns}}
  on_any(started); // expected-warning {{the `future` that this callable returns}}
  on_any(awaited); // expected-warning {{the `awaitable` that this callable returns}}
  service s([](int) -> task<> { co_return; }); // expected-warning {{the `task` that}}
}
template <class T> void template_bad(T given) {
  on_event([](int i) -> task<> { co_await store(i); }); // expected-warning {{the `task` that}}
}
template void template_bad(int);
template void template_bad(short);

// Somebody has the result.
void results_ok() {
  on_task([](int i) -> task<> { co_await store(i); });
  std::function<task<int>(int)> kept = store;
  auto plain = [](int i) -> task<> { co_await store(i); };
  (void)plain;
}
// The body starts it in a way that may be dropped.
void spawned_ok() {
  on_event([](int i) { app::spawn(store(i)); });
  on_any([] { (void)wait(); });
}
// Starts at once and is meant to be dropped.
struct fire_and_forget {
  struct promise_type {
    fire_and_forget get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};
fire_and_forget launched();
QCoro::Task<> slot(int);
void dropped_ok() {
  on_any(launched);
  on_event(slot);
  on_event([](int i) -> QCoro::Task<> { co_await slot(i); });
}
// Results that are no coroutine's.
int number(int);
void values_ok() {
  on_event(number);
  on_event([](int i) { return i; });
}
void same_ok(std::function<void(int)> callback) {
  on_event(callback);
  on_event(std::move(callback));
  on_event(nullptr);
}
void suppressed_ok() {
  on_any(wait); // NOLINT(asynciter-coroutine-as-void-callable)
}
