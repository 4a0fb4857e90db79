// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocking work, kept off the event loop.
//
// A coroutine that blocks its thread stops every other coroutine of the loop. What cannot be awaited (a file, a
// directory, a library that blocks, a long computation) goes to a thread pool, and the coroutine goes on in its loop
// when the work is done:
//
//     std::string text = co_await offload(pool, [path] { return read_file(path); });
#pragma once

#include "asynciter/asio.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/executor_work_guard.hpp>
#include <asio/thread_pool.hpp>
#endif

#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

/// The jobs that will be handed back to an execution context, which waits for them before it is destroyed.
class offloaded_jobs : public net::execution_context::service {
public:
  using key_type = offloaded_jobs;
  static inline net::execution_context::id id;

  explicit offloaded_jobs(net::execution_context &context) : service(context) {}

  /// Stands for one job; the job has been handed back, or has been given up by the workers, when it is destroyed.
  class ticket {
  public:
    explicit ticket(offloaded_jobs &jobs) : jobs_(&jobs) {
      std::lock_guard lock(jobs_->mutex_);
      ++jobs_->count_;
    }
    ticket(ticket &&other) noexcept : jobs_(std::exchange(other.jobs_, nullptr)) {}
    ~ticket() {
      if (!jobs_)
        return;
      std::lock_guard lock(jobs_->mutex_);
      if (--jobs_->count_ == 0)
        jobs_->none_left_.notify_all();
    }

  private:
    offloaded_jobs *jobs_;
  };

private:
  void shutdown() noexcept override {
    std::unique_lock lock(mutex_);
    none_left_.wait(lock, [this] { return count_ == 0; });
  }

  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t count_ = 0;
};

template <class Workers, class F, class Executor> class [[nodiscard]] offload_awaiter {
  using result = std::invoke_result_t<F &>;

  /// Shared with the thread that works, because that goes on when the waiting coroutine is destroyed.
  struct job {
    job(F work, const Executor &resume_on) : work(std::move(work)), guard(resume_on) {}
    F work;
    net::executor_work_guard<Executor> guard;
    std::coroutine_handle<> waiting; // used only on the executor it is resumed on
    outcome<result> done;
  };

public:
  offload_awaiter(const Workers &workers, F work, const Executor &resume_on)
      : workers_(workers), job_(std::make_shared<job>(std::move(work), resume_on)) {}
  offload_awaiter(const offload_awaiter &) = delete;
  offload_awaiter &operator=(const offload_awaiter &) = delete;
  ~offload_awaiter() { job_->waiting = nullptr; }

  bool await_ready() const noexcept { return false; }

  void await_suspend(std::coroutine_handle<> waiting) {
    job_->waiting = waiting;
    auto &context = net::query(job_->guard.get_executor(), net::execution::context);
    // The ticket goes last: while there is one, the context that the job refers to is there.
    net::post(workers_, [ticket = offloaded_jobs::ticket(net::use_service<offloaded_jobs>(context)),
                         job = job_]() mutable {
      job->done.capture(job->work);
      const Executor resume_on = job->guard.get_executor();
      net::post(resume_on, [job = std::move(job)] {
        job->guard.reset();
        if (job->waiting)
          job->waiting.resume();
      });
    });
  }

  result await_resume() { return job_->done.take(); }

private:
  Workers workers_;
  std::shared_ptr<job> job_;
};

} // namespace detail

/// `co_await offload(workers, f, resume_on)` calls `f()` on a thread of `workers`, goes on on `resume_on`, and gives
/// what `f` returned or throws what it threw.
///
/// The context of `resume_on` counts the job as work, and its destructor waits for it. If the waiting coroutine is
/// destroyed, which must happen on `resume_on` or after that has stopped, `f` runs to its end all the same and its
/// result is dropped; so `f` should own what it uses. If the workers are stopped before they start the job, the
/// coroutine never goes on.
/// \param f invocable without arguments, from another thread.
template <class Workers, std::invocable F, class Executor>
[[nodiscard]] auto offload(const Workers &workers, F f, const Executor &resume_on) {
  return detail::offload_awaiter<Workers, F, Executor>(workers, std::move(f), resume_on);
}

/// The same, going on on the `current_executor()`.
/// \throws std::logic_error on a thread that no `run` runs on.
template <class Workers, std::invocable F> [[nodiscard]] auto offload(const Workers &workers, F f) {
  return offload(workers, std::move(f), current_executor());
}

/// The same on the threads of a pool.
template <std::invocable F> [[nodiscard]] auto offload(net::thread_pool &pool, F f) {
  return offload(pool.get_executor(), std::move(f), current_executor());
}

} // namespace asynciter
