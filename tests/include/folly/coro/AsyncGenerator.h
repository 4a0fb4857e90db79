// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of folly::coro::AsyncGenerator; not folly's code.
#pragma once
#include <folly/coro/Task.h>

namespace folly::coro {
namespace detail {
template <class Reference, class Value, bool RequiresCleanup>
class AsyncGeneratorPromise;
}

template <class Reference, class Value = std::remove_cvref_t<Reference>,
          bool RequiresCleanup = false>
class [[nodiscard]] AsyncGenerator {
public:
  using promise_type =
      detail::AsyncGeneratorPromise<Reference, Value, RequiresCleanup>;
  using value_type = Value;
  using reference = Reference;

  AsyncGenerator() noexcept;
  AsyncGenerator(AsyncGenerator &&) noexcept;
  AsyncGenerator &operator=(AsyncGenerator &&) noexcept;
  ~AsyncGenerator();

  class NextResult {
  public:
    NextResult() noexcept;
    NextResult(NextResult &&) noexcept;
    NextResult &operator=(NextResult &&);
    ~NextResult();
    bool has_value() const noexcept;
    explicit operator bool() const noexcept { return has_value(); }
    // Checked in debug builds only.
    std::remove_reference_t<Reference> &value() &;
    std::remove_reference_t<Reference> &&value() &&;
    std::remove_reference_t<Reference> &operator*() &;
    std::remove_reference_t<Reference> &&operator*() &&;
    std::remove_reference_t<Reference> *operator->();
  };

  class NextAwaitable {
  public:
    bool await_ready() noexcept;
    template <class Promise>
    std::coroutine_handle<>
        await_suspend(std::coroutine_handle<Promise>) noexcept;
    NextResult await_resume();
  };

  // Not awaitable by itself: a promise's await_transform makes it so.
  class NextSemiAwaitable {
  public:
    NextAwaitable viaIfAsync(Executor::KeepAlive) noexcept;
  };

  class [[nodiscard]] CleanupAwaitable {
  public:
    bool await_ready() noexcept;
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  class [[nodiscard]] CleanupSemiAwaitable {
  public:
    CleanupAwaitable viaIfAsync(Executor::KeepAlive) noexcept;
  };

  NextSemiAwaitable next() noexcept;
  CleanupSemiAwaitable cleanup() &&;
};

template <class Reference, class Value = std::remove_cvref_t<Reference>>
using CleanableAsyncGenerator = AsyncGenerator<Reference, Value, true>;

namespace detail {
template <class Reference, class Value, bool RequiresCleanup>
class AsyncGeneratorPromise {
  class YieldAwaiter {
  public:
    bool await_ready() noexcept { return false; }
    std::coroutine_handle<>
        await_suspend(std::coroutine_handle<AsyncGeneratorPromise>) noexcept;
    void await_resume() noexcept {}
  };

public:
  AsyncGenerator<Reference, Value, RequiresCleanup>
  get_return_object() noexcept;
  std::suspend_always initial_suspend() noexcept { return {}; }
  YieldAwaiter final_suspend() noexcept;
  YieldAwaiter yield_value(Reference &&);
  template <class U> YieldAwaiter yield_value(U &&);
  void unhandled_exception() noexcept;
  void return_void() noexcept {}
  template <class U> decltype(auto) await_transform(U &&Value_) {
    return coro::viaIfAsync(Executor::KeepAlive{}, static_cast<U &&>(Value_));
  }
};
} // namespace detail
} // namespace folly::coro
