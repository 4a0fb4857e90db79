// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A place for coroutines that run beside the one that started them, and that waits for their end.
//
//     task<> serve(tcp::acceptor &acceptor) {
//       co_await with_scope([&](async_scope &connections) -> task<> {
//         while (auto socket = co_await accept(acceptor))
//           connections.spawn(handle(std::move(*socket)));
//       }); // goes on when all connections are closed
//     }
//
// Use it where when_all does not fit because the number of children is not known beforehand. A child starts
// at once, on the thread that spawns it, and runs until it first waits; then `spawn` returns.
//
// Failure. When a child fails, the others are asked to stop (stop.h); its exception is thrown by `join()`
// when all have ended, what others throw later is dropped. A child that ends by `operation_cancelled` has not
// failed. It is what Python's TaskGroup does.
//
// Every scope is joined. `with_scope(f)` does that by itself, in whatever way `f` ends, since it makes the
// coroutine of `f` the first child. Whoever makes an async_scope by hand has to `co_await scope.join()` on
// each path, also where something throws, before the scope is destroyed. As with std::thread, destroying it
// while children run that nobody joins ends the program, by an assertion in debug builds and std::terminate
// in others: the children may refer to what is destroyed next.
//
// Stopping: `request_stop()` stops the children, as does a stop of the coroutine that joins; then `join()`
// waits for their end all the same, and throws `operation_cancelled`. Children that are spawned after that
// start, and are stopped where they first wait. For a scope that is joined only much later, give the
// constructor the token that is to stop it: `async_scope scope(co_await get_stop_token());`.
//
// Threads: children may end on any thread, and spawn more. The coroutine that joins goes on where the last
// child ended.
//
// Lifetime: the scope must outlive its children, which `join()` sees to. A task that is spawned is moved into
// its child; what it refers to must live until the join.
//
// Cost: a small frame for each child, freed when it ends, and one stop state for each scope.
#pragma once

#include "asynciter/detail/awaiter.h"
#include "asynciter/detail/child.h"
#include "asynciter/detail/waiting_list.h"
#include "asynciter/stop.h"
#include "asynciter/task.h"

#include <cassert>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <mutex>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter {

/// Runs any number of coroutines and waits for their end. Must outlive the children, which `join()` sees to.
/// `spawn` and `request_stop` may be called from any thread; one coroutine at a time may join.
class async_scope final : detail::child_owner {
  class join_operation;

public:
  /// A scope that is stopped by `request_stop()` and by whoever joins it.
  async_scope() : async_scope(std::stop_source()) {}

  /// A scope that is also stopped when `parent` is.
  explicit async_scope(const std::stop_token &parent) : async_scope() {
    if (parent.stop_possible())
      parent_stop_.connect(parent, stop_);
  }

  ~async_scope() {
    assert(running_ == 0 && "a scope was destroyed while its children run: co_await join() before");
    if (running_ != 0)
      std::terminate();
  }

  /// Starts `child`, a task or anything else that can be awaited and gives nothing, and returns when that has
  /// first suspended. An rvalue is moved into the child's frame, an lvalue is used where it is.
  ///
  /// Arguments of a task live in its frame; what they refer to must outlive the child. So does a lambda that
  /// is a coroutine and captures: give it parameters instead.
  /// \throws std::bad_alloc; nothing was started then.
  template <awaitable A>
    requires std::is_void_v<await_result_t<A>> &&
             (std::is_lvalue_reference_v<A> || std::move_constructible<A>)
  void spawn(A &&child) {
    detail::child_promise_base &started = detail::make_child<A>(std::forward<A>(child)).release();
    {
      std::lock_guard lock(mutex_);
      ++running_;
      started.next = newest_;
      if (newest_)
        newest_->previous = &started;
      newest_ = &started;
    }
    started.start(*this);
  }

  /// `co_await scope.join()` waits until no child runs. More may be spawned meanwhile, and afterwards: then
  /// join again. If the awaiting coroutine is destroyed while it waits, so are the children.
  /// \throws (on co_await) the first exception of a child, once; operation_cancelled if a stop of the
  /// awaiting coroutine came while children ran, or by now if it is the one that the scope was made with.
  [[nodiscard]] auto join() noexcept {
    struct [[nodiscard]] joining {
      join_operation operator co_await() const noexcept { return join_operation(scope); }
      async_scope &scope;
    };
    return joining{*this};
  }

  /// Asks all children to stop, also those that are spawned later.
  void request_stop() noexcept { detail::request_stop_of(stop_); }

  /// The children's stop token.
  [[nodiscard]] std::stop_token get_stop_token() const noexcept { return stop_.get_token(); }

  /// Whether no child runs. Other threads may change that at any time.
  [[nodiscard]] bool empty() const noexcept {
    std::lock_guard lock(mutex_);
    return running_ == 0;
  }

private:
  explicit async_scope(std::stop_source stop) noexcept
      : child_owner(stop.get_token()), stop_(std::move(stop)) {}

  class join_operation final : public detail::waiter {
  public:
    explicit join_operation(async_scope &scope) noexcept : scope_(scope) {}
    ~join_operation() {
      if (coroutine)
        scope_.destroy_children();
    }

    /// A stop of the scope may have been one of the awaiting coroutine, whose token is not known here.
    bool await_ready() const noexcept { return scope_.empty() && !scope_.parent_stop_.forwarded(); }

    template <class Promise> bool await_suspend(std::coroutine_handle<Promise> waiting) {
      if (const std::stop_token *stop = detail::stop_of(waiting); stop && stop->stop_possible())
        stop_.connect(*stop, scope_.stop_);
      coroutine = waiting;
      std::lock_guard lock(scope_.mutex_);
      assert(!scope_.joining_ && "a scope is joined twice at a time");
      if (scope_.running_ == 0) {
        stopped_ = stop_.forwarded();
        return false;
      }
      scope_.joining_ = this;
      return true;
    }

    /// No child runs any more; the scope's mutex is held.
    void complete() noexcept {
      stopped_ = stop_.forwarded();
      make_ready();
    }

    void await_resume() {
      stop_.disconnect();
      coroutine = nullptr;
      if (scope_.error_)
        std::rethrow_exception(std::exchange(scope_.error_, nullptr));
      if (stopped_)
        throw operation_cancelled();
    }

  private:
    async_scope &scope_;
    bool stopped_ = false;
    detail::stop_link stop_;
  };

  void finished(detail::child_promise_base &child) noexcept override {
    if (child.error() && is_first_failure(child.error()))
      request_stop();
    {
      std::lock_guard lock(mutex_);
      unlist(child);
    }
    child.destroy();
    {
      std::lock_guard lock(mutex_);
      if (--running_ == 0 && joining_)
        std::exchange(joining_, nullptr)->complete();
    }
    detail::resume_ready(); // this may be gone
  }

  bool is_first_failure(const std::exception_ptr &error) noexcept {
    try {
      std::rethrow_exception(error);
    } catch (const operation_cancelled &) {
      return false;
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (error_)
        return false;
      error_ = error;
      return true;
    }
  }

  void unlist(detail::child_promise_base &child) noexcept {
    (child.previous ? child.previous->next : newest_) = child.next;
    if (child.next)
      child.next->previous = child.previous;
  }

  /// Instead of waiting for them. One at a time, because that may end others.
  void destroy_children() noexcept {
    std::unique_lock lock(mutex_);
    joining_ = nullptr;
    while (detail::child_promise_base *child = newest_) {
      unlist(*child);
      --running_;
      lock.unlock();
      child->destroy();
      lock.lock();
    }
  }

  mutable std::mutex mutex_;
  std::stop_source stop_;
  std::size_t running_ = 0;
  detail::child_promise_base *newest_ = nullptr; // of those that run and have not ended
  join_operation *joining_ = nullptr;
  std::exception_ptr error_;
  detail::stop_link parent_stop_;
};

/// `co_await with_scope(f)` calls `f(scope)` with a scope of its own, runs the coroutine which that gives as
/// the first child of the scope, and waits for the end of all. The coroutine shares the children's fate: it
/// is stopped when one of them fails, and they are when it does.
/// \param f is kept until the end, so it may be a lambda with captures that is itself a coroutine.
/// \throws as `join()` does; std::bad_alloc.
template <class F>
  requires requires(F &f, async_scope &scope) {
    { f(scope) } -> awaitable;
    requires std::is_void_v<await_result_t<decltype(f(scope))>>;
  }
task<> with_scope(F f) {
  async_scope scope(co_await get_stop_token());
  scope.spawn(f(scope));
  co_await scope.join();
}

} // namespace asynciter
