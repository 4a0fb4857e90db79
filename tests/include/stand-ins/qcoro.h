// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of QCoro's AsyncGenerator, Generator, Task and
// waitFor; not QCoro's code.
#pragma once
#include <coroutine>
#include <cstddef>
#include <type_traits>

namespace QCoro {
template <class T> class AsyncGenerator;
template <class T = void> class Task;

namespace detail {
class AsyncGeneratorYieldOperation final {
public:
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() noexcept {}
};
class IteratorAwaitableBase {
public:
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
};
template <class T> class AsyncGeneratorPromise final {
public:
  AsyncGenerator<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() const noexcept { return {}; }
  AsyncGeneratorYieldOperation final_suspend() noexcept;
  AsyncGeneratorYieldOperation
  yield_value(std::remove_reference_t<T> &) noexcept;
  AsyncGeneratorYieldOperation
  yield_value(std::remove_reference_t<T> &&) noexcept;
  void unhandled_exception() noexcept;
  void return_void() noexcept {}
};
template <class T> class AsyncGeneratorIterator final {
public:
  explicit AsyncGeneratorIterator(std::nullptr_t) noexcept {}
  // The awaitable is a local class, as it is in QCoro.
  auto operator++() noexcept {
    class IncrementIteratorAwaitable final : public IteratorAwaitableBase {
    public:
      explicit IncrementIteratorAwaitable(AsyncGeneratorIterator &I)
          : Iterator(I) {}
      AsyncGeneratorIterator &await_resume() { return Iterator; }

    private:
      AsyncGeneratorIterator &Iterator;
    };
    return IncrementIteratorAwaitable{*this};
  }
  std::add_lvalue_reference_t<T> operator*() const noexcept;
  bool operator==(const AsyncGeneratorIterator &) const noexcept;
  bool operator!=(const AsyncGeneratorIterator &) const noexcept;
};

class TaskPromiseBase {
public:
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception();
  template <class U> U &&await_transform(U &&Value) {
    return static_cast<U &&>(Value);
  }
};
template <class T> class TaskPromise final : public TaskPromiseBase {
public:
  Task<T> get_return_object() noexcept;
  template <class U> void return_value(U &&);
};
template <> class TaskPromise<void> final : public TaskPromiseBase {
public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
};
} // namespace detail

template <class T> class [[nodiscard]] AsyncGenerator {
public:
  using promise_type = detail::AsyncGeneratorPromise<T>;
  using iterator = detail::AsyncGeneratorIterator<T>;
  AsyncGenerator() noexcept;
  AsyncGenerator(AsyncGenerator &&) noexcept;
  AsyncGenerator &operator=(AsyncGenerator &&) noexcept;
  ~AsyncGenerator();
  auto begin() noexcept {
    class BeginIteratorAwaitable final : public detail::IteratorAwaitableBase {
    public:
      iterator await_resume() { return iterator{nullptr}; }
    };
    return BeginIteratorAwaitable{};
  }
  auto end() noexcept { return iterator{nullptr}; }
};

template <class T> class Generator {
public:
  class promise_type {
  public:
    Generator get_return_object();
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(std::remove_reference_t<T> &);
    std::suspend_always yield_value(std::remove_reference_t<T> &&);
    void unhandled_exception();
    void return_void() {}
    template <class U> std::suspend_never await_transform(U &&) = delete;
  };
  class iterator {
  public:
    iterator operator++();
    bool operator==(const iterator &) const noexcept;
    bool operator!=(const iterator &) const noexcept;
    std::add_lvalue_reference_t<T> operator*() const;
  };
  Generator(Generator &&) noexcept;
  ~Generator();
  iterator begin();
  iterator end();
};

template <class T> class Task {
public:
  using promise_type = detail::TaskPromise<T>;
  Task() noexcept;
  Task(Task &&) noexcept;
  Task &operator=(Task &&) noexcept;
  ~Task();
  bool isReady() const;
  struct Awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>) noexcept;
    T await_resume();
  };
  Awaiter operator co_await() const noexcept;
  template <class F> auto then(F &&);
};

template <class Awaitable> int waitFor(Awaitable &&);
template <class Duration> Task<void> sleepFor(Duration);
} // namespace QCoro

#define QCORO_FOREACH(Var, Stream)                                             \
  if (auto &&container_ = (Stream); false) {                                   \
  } else                                                                       \
    for (auto begin_ = co_await container_.begin(), end_ = container_.end();   \
         begin_ != end_; co_await ++begin_)                                    \
      if (Var = *begin_; false) {                                              \
      } else
