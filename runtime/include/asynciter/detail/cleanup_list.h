// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registered cleanup: coroutines that wait for the end of another one.
//
// A cleanup is a coroutine of its own. It is started when it is registered, takes its arguments into its
// frame, and stops there. Later it is resumed and awaited, once. The cleanups of a coroutine form a list with
// the newest on top, which the coroutine's promise owns.
#pragma once

#include "asynciter/detail/awaiter.h"
#include "asynciter/detail/frame.h"
#include "asynciter/detail/tracking.h"

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <tuple>
#include <utility>

namespace asynciter::detail {

/// Something that a suspended coroutine has hung on it.
struct attachment {
  attachment *below;
};

/// One run through a list of cleanups.
struct cleanup_run {
  std::coroutine_handle<> (*finished)(cleanup_run &) noexcept = nullptr; // gives the coroutine to go on with
  void *owner = nullptr;
  std::exception_ptr failure; // the first one, which may be older than the cleanups
};

/// The promise of a cleanup, as far as the list needs it.
class cleanup_promise : public attachment, public frame_memory<recycling> {
public:
  explicit cleanup_promise(std::coroutine_handle<> coroutine) noexcept
      : attachment{nullptr}, coroutine_(coroutine) {}

  std::suspend_never initial_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept {
    if (!run_->failure)
      run_->failure = std::current_exception();
  }

  /// Goes on with the cleanup below, or tells the run, which may destroy this.
  auto final_suspend() const noexcept {
    struct go_on {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept {
        if (!below)
          return run->finished(*run);
        auto *next = static_cast<cleanup_promise *>(below);
        next->run_ = run;
        return next->coroutine_;
      }
      void await_resume() const noexcept {}
      attachment *below;
      cleanup_run *run;
    };
    return go_on{below, run_};
  }

  /// Cleanup is not stopped.
  const std::stop_token *stop() const noexcept { return nullptr; }

  /// Keeps what ended the coroutine that registered this: the run that starts here ends with it.
  void carry(std::exception_ptr failure) noexcept { own_run_.failure = std::move(failure); }

  /// Gives the coroutine to go on with in order to run this cleanup and all below; `finished` is called with
  /// the run when they have ended.
  std::coroutine_handle<> start_run(std::coroutine_handle<> (*finished)(cleanup_run &) noexcept,
                                    void *owner) noexcept {
    own_run_.finished = finished;
    own_run_.owner = owner;
    run_ = &own_run_;
    return coroutine_;
  }

  /// Drops those that have run, and the one that was running when its consumer was destroyed.
  [[gnu::cold]] static void destroy_started(attachment *&top) noexcept {
    while (top && static_cast<cleanup_promise *>(top)->run_)
      static_cast<cleanup_promise *>(std::exchange(top, top->below))->coroutine_.destroy();
  }

  [[gnu::cold]] static void destroy_all(attachment *&top) noexcept {
    while (top)
      static_cast<cleanup_promise *>(std::exchange(top, top->below))->coroutine_.destroy();
  }

private:
  std::coroutine_handle<> coroutine_;
  cleanup_run *run_ = nullptr;
  cleanup_run own_run_; // of the topmost cleanup only
};

/// A cleanup that is not registered yet, with arguments of these types in its frame.
template <class... Arguments> class [[nodiscard]] cleanup {
public:
  using references = std::tuple<Arguments &...>;

  class promise_type final : public cleanup_promise {
  public:
    promise_type() noexcept : cleanup_promise(std::coroutine_handle<promise_type>::from_promise(*this)) {}
    cleanup get_return_object() noexcept { return cleanup(*this); }

    /// The arguments are in the frame: wait for the end of the coroutine that registers this.
    std::suspend_always await_transform(references arguments) noexcept {
      arguments_.emplace(arguments);
      return {};
    }
    template <awaitable A> auto await_transform(A &&operand) {
      return tracking_awaiter<decltype(get_awaiter(std::forward<A>(operand)))>(std::forward<A>(operand),
                                                                               stop());
    }

  private:
    friend cleanup;
    std::optional<references> arguments_;
  };

  cleanup(cleanup &&other) noexcept : promise_(std::exchange(other.promise_, nullptr)) {}
  cleanup &operator=(cleanup &&) = delete;
  ~cleanup() {
    if (promise_)
      std::coroutine_handle<promise_type>::from_promise(*promise_).destroy();
  }

  /// Puts it on top of a list.
  references add_to(attachment *&top) noexcept {
    promise_->below = std::exchange(top, promise_);
    return *std::exchange(promise_, nullptr)->arguments_;
  }

  template <class F> static cleanup make(F f, Arguments... arguments) {
    co_await references(arguments...);
    co_await std::invoke(std::move(f), arguments...);
  }

private:
  explicit cleanup(promise_type &promise) noexcept : promise_(&promise) {}
  promise_type *promise_;
};

} // namespace asynciter::detail
