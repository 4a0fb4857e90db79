// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: runtime error: {{.*}} null pointer
//
// The consumer of a sync generator that waits goes on, and reads an item that
// was never made.
#include <cassert>
#include <coroutine>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

// A sync generator whose promise lets the body await, as several libraries' do.
template <class T> class generator {
public:
  struct promise_type {
    generator get_return_object() noexcept { return generator(handle::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() noexcept {
      item = nullptr;
      return {};
    }
    std::suspend_always yield_value(T &value) noexcept {
      item = std::addressof(value);
      return {};
    }
    std::suspend_always yield_value(T &&value) noexcept { return yield_value(value); }
    void return_void() const noexcept {}
    void unhandled_exception() const { std::terminate(); }
    T *item = nullptr;
  };
  using handle = std::coroutine_handle<promise_type>;
  struct iterator {
    iterator &operator++() {
      of.resume();
      return *this;
    }
    T &operator*() const { return *of.promise().item; }
    bool operator==(std::default_sentinel_t) const { return of.done(); }
    handle of;
  };
  explicit generator(handle of) : of_(of) {}
  generator(generator &&other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  ~generator() {
    if (of_)
      of_.destroy();
  }
  iterator begin() {
    of_.resume();
    return {of_};
  }
  std::default_sentinel_t end() const { return {}; }

private:
  handle of_;
};

// A reading that arrives later.
struct sensor {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> reader) noexcept { waiting = reader; }
  int await_resume() const noexcept { return 20; }
  int last() const noexcept { return 20; }
  std::coroutine_handle<> waiting;
};

generator<int> readings(sensor &from) {
#ifdef BAD
  co_yield co_await from; // expected-warning {{`readings` is a sync generator: while it waits here, its consumer goes on without an item}}
#else
  // expected-no-diagnostics
  co_yield from.last();
#endif
}

int main() {
  sensor thermometer;
  int sum = 0;
  for (int reading : readings(thermometer))
    sum += reading;
  return sum == 20 ? 0 : 1;
}
