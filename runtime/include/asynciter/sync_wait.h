// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a coroutine to its end from code that is none: `main`, a test, a thread of one's own.
//
//     int main() {
//       return sync_wait(serve(8080));
//     }
//
// The calling thread runs the coroutine until that first waits, and then sleeps until it has ended, wherever
// that is. There is no event loop inside: somebody else, such as another thread, has to resume what it waits
// for. A program whose coroutines wait for sockets and timers of an event loop runs that loop instead, with
// `run` of asio.h.
//
// It blocks, so it must not be called in a coroutine, which would stop everything else on its thread, and
// usually wait for ever for something that this very thread should do: use `co_await`. Debug builds assert
// that, also of what a coroutine calls: a function, the body of a for_each, the callable of an adaptor.
//
// Stopping: the coroutine's stop token is the one that is given. After a stop was requested sync_wait still
// waits for the coroutine's end.
//
// Lifetime: what is awaited is used where it is, and is over when sync_wait returns, so it may borrow
// anything.
//
// Cost: a frame, and a mutex and a condition variable on the stack.
#pragma once

#include "asynciter/detail/awaiter.h"
#include "asynciter/detail/child.h"
#include "asynciter/detail/promise.h"

#include <cassert>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <utility>

namespace asynciter {

namespace detail {

/// Blocks until its one child has ended.
class blocking_owner final : public child_owner {
public:
  using child_owner::child_owner;

  void finished(child_promise_base &) noexcept override {
    std::lock_guard lock(mutex_);
    ended_ = true;
    end_.notify_one(); // with the mutex held: afterwards this may be gone
  }

  void wait() {
    std::unique_lock lock(mutex_);
    end_.wait(lock, [this] { return ended_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
};

} // namespace detail

/// Awaits `operand`, a task or anything else that can be awaited, blocks until it is there, and gives its
/// result or throws its exception. The operand is used where it is. A result that is an rvalue reference
/// becomes an object.
///
/// One frame is allocated. May be called from any thread, but not from within a coroutine (asserted in debug
/// builds).
/// \param stop the stop token of what is awaited.
/// \throws what awaiting throws; std::bad_alloc.
template <class A>
  requires awaitable<A>
detail::kept_result_t<await_result_t<A>> sync_wait(A &&operand, std::stop_token stop = {}) {
  assert(!detail::inside_coroutine() && "sync_wait blocks the thread of the coroutine that called it: "
                                        "use co_await there");
  auto child = detail::make_child<A &&>(std::forward<A>(operand));
  detail::blocking_owner owner(std::move(stop));
  child.promise().start(owner);
  owner.wait();
  if (child.promise().error())
    std::rethrow_exception(child.promise().error());
  return child.promise().take();
}

} // namespace asynciter
