// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stop token on one side, Asio's per-operation cancellation on the other.
//
// Asio's signal may only be emitted where the operation's own handlers run, and must live as long as the
// operation, which may be longer than the coroutine that awaits it. A stop on the other hand is requested on
// any thread. So there is an object of its own between them, for as long as an operation runs that can be
// stopped.
#pragma once

#include "asynciter/detail/frame.h"
#include "asynciter/detail/net.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace asynciter::detail {

/// What the handler that Asio holds refers to: the awaiter, or an operation_stop that the two share.
struct handler_target {
  explicit handler_target(bool is_shared) noexcept : shared(is_shared) {}
  void *handler = nullptr; // where the handler is, if not shared
  const bool shared;
};

/// Passes a stop on to one operation. Shared by the operation's awaiter, its handler, and an emission on its
/// way, each of which may be the last to go.
class operation_stop : public handler_target, public frame_memory<recycling> {
public:
  explicit operation_stop(const std::stop_token &token, void *awaiter) noexcept
      : handler_target(true), token_(token), awaiter_(awaiter) {}
  operation_stop(const operation_stop &) = delete;
  operation_stop &operator=(const operation_stop &) = delete;

  void share() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete this;
  }

  net::cancellation_slot slot() noexcept { return signal_.slot(); }

  /// The awaiter, or null if it has been destroyed.
  void *awaiter() const noexcept { return awaiter_; }
  void forget_awaiter() noexcept {
    finish();
    awaiter_ = nullptr;
  }

  [[nodiscard]] bool stop_requested() const noexcept { return token_.stop_requested(); }

  /// Passes stops on from now on, unless the operation has finished meanwhile.
  void start() {
    std::lock_guard lock(mutex_);
    if (!finished_)
      callback_.emplace(token_, on_stop{*this});
  }

  /// No stop is passed on any more when this returns. Must be called before what the operation works on dies.
  void finish() noexcept {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(finished_, true))
        return;
    }
    callback_.reset(); // not under the lock: waits for a callback that runs on another thread
  }

  /// Cancels the operation. Runs where its handlers run.
  void emit() {
    std::lock_guard lock(mutex_);
    if (!finished_)
      signal_.emit(net::cancellation_type::all);
  }

protected:
  virtual ~operation_stop() = default;

private:
  struct on_stop {
    void operator()() const { self.post_emit(); }
    operation_stop &self;
  };

  virtual void post_emit() = 0;

  std::atomic<unsigned> owners_ = 1;
  std::stop_token token_;
  void *awaiter_;
  net::cancellation_signal signal_;
  // Recursive, since an operation may complete within the emission.
  std::recursive_mutex mutex_;
  bool finished_ = false;
  std::optional<std::stop_callback<on_stop>> callback_;
};

/// A share in an operation_stop.
class operation_stop_ref {
public:
  operation_stop_ref() noexcept = default;
  /// Takes over a share.
  explicit operation_stop_ref(operation_stop *stop) noexcept : stop_(stop) {}
  operation_stop_ref(const operation_stop_ref &other) noexcept : stop_(other.stop_) {
    if (stop_)
      stop_->share();
  }
  operation_stop_ref(operation_stop_ref &&other) noexcept : stop_(std::exchange(other.stop_, nullptr)) {}
  operation_stop_ref &operator=(operation_stop_ref other) noexcept {
    std::swap(stop_, other.stop_);
    return *this;
  }
  /// Gives the share away.
  operation_stop *detach() noexcept { return std::exchange(stop_, nullptr); }
  ~operation_stop_ref() {
    if (stop_)
      stop_->release();
  }

  explicit operator bool() const noexcept { return stop_ != nullptr; }
  operation_stop *operator->() const noexcept { return stop_; }

private:
  operation_stop *stop_ = nullptr;
};

/// Where an operation's handlers run: what its initiation says.
template <class Executor> class operation_stop_on final : public operation_stop {
public:
  explicit operation_stop_on(const Executor &executor, const std::stop_token &token, void *awaiter) noexcept
      : operation_stop(token, awaiter), executor_(executor) {}

private:
  void post_emit() override {
    share();
    net::post(executor_, [self = operation_stop_ref(this)] { self->emit(); });
  }

  Executor executor_;
};

} // namespace asynciter::detail
