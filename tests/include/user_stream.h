// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hand-written streams as users write them: no library's names, only the
// shapes.
#pragma once
#include <coroutine>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace app {

/// A task of the user's own. Its explicit bool says "holds a coroutine", which
/// makes `if (g.next())` compile.
template <class T> class task_promise;
template <class T = void> class task {
public:
  using promise_type = task_promise<T>;
  task() noexcept;
  task(task &&) noexcept;
  task &operator=(task &&) noexcept;
  ~task();
  explicit operator bool() const noexcept;
  struct awaiter {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
    T await_resume();
  };
  awaiter operator co_await() const noexcept;
};
struct promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
};
template <class T> class task_promise : public promise_base {
public:
  task<T> get_return_object() noexcept;
  template <class U> void return_value(U &&);
};
template <> class task_promise<void> : public promise_base {
public:
  task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};
template <class... Awaitables> task<> when_all(Awaitables &&...);
template <class Awaitable> void spawn(Awaitable &&);
task<> sleep(int Milliseconds);

/// An async generator with `next()`: awaited optional-like.
template <class T> class stream {
public:
  class promise_type : public promise_base {
  public:
    stream get_return_object() noexcept;
    std::suspend_always yield_value(T) noexcept;
    void return_void() noexcept {}
  };
  stream() noexcept;
  stream(stream &&) noexcept;
  stream &operator=(stream &&) noexcept;
  ~stream();
  task<std::optional<T>> next();
};

/// A class of the user's own that is stepped by a `next()` coroutine, with an
/// expected-like result.
enum class read_error { end, broken };
template <class T> class expected {
public:
  bool has_value() const noexcept;
  explicit operator bool() const noexcept;
  T &operator*() &;
  T &&operator*() &&;
  T *operator->();
  T &value();
  T value_or(T) const;
  read_error error() const;
};
struct row {
  int id;
  std::string name;
};
class row_reader {
public:
  explicit row_reader(const char *Query);
  task<expected<row>> next();
};

/// A hand-written async iterator, no coroutine in it: awaited iterator.
class line_reader {
public:
  class iterator;
  struct begin_awaitable {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>) noexcept;
    iterator await_resume();
  };
  begin_awaitable begin();
  std::default_sentinel_t end() const noexcept { return {}; }
};
class line_reader::iterator {
public:
  struct advance_awaitable {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>) noexcept;
    iterator &await_resume();
  };
  advance_awaitable operator++();
  const std::string &operator*() const;
  const std::string *operator->() const;
  bool operator==(std::default_sentinel_t) const noexcept;
};

/// A synchronous generator.
template <class T> class sync_generator {
public:
  class promise_type {
  public:
    sync_generator get_return_object() noexcept;
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T) noexcept;
    void return_void() noexcept {}
    void unhandled_exception() noexcept;
    template <class U> void await_transform(U &&) = delete;
  };
  class iterator {
  public:
    iterator &operator++();
    T &operator*() const;
    bool operator!=(const iterator &) const;
  };
  sync_generator(sync_generator &&) noexcept;
  ~sync_generator();
  iterator begin();
  iterator end();
};

void use(int);
void use(const std::string &);
} // namespace app
