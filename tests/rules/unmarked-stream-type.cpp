// RUN: %verify --rules=-*,unmarked-stream-type %s
// RUN: cp %s %t.cpp
// RUN: not-19 %lint --rules=-*,unmarked-stream-type --fix %t.cpp -- %flags
// RUN: FileCheck-19 --input-file=%t.cpp %s --match-full-lines
// RUN: %clang %flags -fsyntax-only -Wno-unused %t.cpp
// RUN: cp %t.cpp %t.once.cpp
// RUN: not-19 %lint --rules=-*,unmarked-stream-type --fix %t.cpp -- %flags
// RUN: diff %t.once.cpp %t.cpp
//
// Stream types with and without their attributes. The fix of `[[nodiscard]]` is
// safe; that of Clang's attributes is not.
#include <coroutine>
#include <iterator>
#include <optional>

struct promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  std::suspend_always yield_value(int) noexcept;
  void unhandled_exception() noexcept;
  void return_void() noexcept {}
};
struct awaiter {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  std::optional<int> await_resume() const;
};

// CHECK: class {{\[\[}}nodiscard]] reader_bad {{.*}}
class reader_bad { // expected-warning {{`reader_bad` is a stream type without `[[nodiscard]]`}}
public:
  awaiter next();
};
// CHECK: template <class T> struct {{\[\[}}nodiscard]] template_bad {{.*}}
template <class T> struct template_bad { // expected-warning {{`template_bad` is a stream type without `[[nodiscard]]`}}
  awaiter next();
};
template_bad<int> instance();
template_bad<short> other_instance();
struct outer {
  class nested_bad;
};
// CHECK: class {{\[\[}}nodiscard]] outer::nested_bad {{.*}}
class outer::nested_bad { // expected-warning {{`nested_bad` is a stream type without `[[nodiscard]]`}}
public:
  awaiter next();
};
// CHECK: struct {{\[\[}}nodiscard]] derived_bad : reader_bad {{.*}}
struct derived_bad : reader_bad { // expected-warning {{`derived_bad` is a stream type without}}
};

// CHECK: struct generator_bad {{.*}}
struct generator_bad { // expected-warning {{`generator_bad` is a stream type without `[[nodiscard]]`, `[[clang::coro_return_type]]` and `[[clang::coro_lifetimebound]]`}}
  struct promise_type : promise_base {
    generator_bad get_return_object();
  };
  awaiter next();
};
struct [[nodiscard]] half_bad { // expected-warning {{`half_bad` is a stream type without `[[clang::coro_return_type]]` and `[[clang::coro_lifetimebound]]`}}
  struct promise_type : promise_base {
    half_bad get_return_object();
  };
  awaiter next();
};
struct [[nodiscard, clang::coro_return_type, clang::coro_lifetimebound]] generator_ok {
  struct promise_type : promise_base {
    generator_ok get_return_object();
  };
  awaiter next();
};
class [[nodiscard]] reader_ok {
public:
  awaiter next();
};
// Nobody has an object of it.
struct source_ok {
  virtual ~source_ok() = default;
  virtual awaiter next() = 0;
};
// No stream.
struct task_ok {
  awaiter operator co_await();
};
struct sync_ok {
  struct promise_type : promise_base {
    sync_ok get_return_object();
    void await_transform() = delete;
  };
  struct iterator {
    iterator &operator++();
    int operator*() const;
    bool operator==(std::default_sentinel_t) const;
  };
  iterator begin();
  std::default_sentinel_t end();
};
class declared_ok;
struct suppressed_ok { // NOLINT(asynciter-unmarked-stream-type)
  awaiter next();
};
// A template that derives from itself.
template <int N> struct recursive_ok : recursive_ok<N - 1> {};
template <> struct recursive_ok<0> {};
// An awaiter, which knows the promise by a private name.
class private_ok {
  using promise_type = generator_ok::promise_type;

public:
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
