// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocking work, kept off the event loop.
//
// A coroutine that blocks its thread stops every other coroutine of the loop. What cannot be awaited (a file,
// a directory, a library that blocks, a long computation) goes to a thread pool, and the coroutine goes on in
// its loop when the work is done:
//
//     std::string text = co_await offload(pool, read_file, path);
//
// GCC 12 destroys a lambda twice that captures by value and is written inside of the co_await. Pass arguments
// as above, or give the lambda a name before.
#pragma once

#include "asynciter/asio.h"

#include <concepts>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <mutex>
#include <tuple>
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

  /// Stands for one job; the job has been handed back, or has been given up by the workers, when it is
  /// destroyed.
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
    explicit job(F work) : work(std::move(work)) {}
    F work;
    std::coroutine_handle<> waiting; // used only on the executor it is resumed on
    outcome<result> done;
  };

public:
  offload_awaiter(const Workers &workers, F work, const Executor &resume_on)
      : workers_(workers), resume_on_(resume_on), job_(std::make_shared<job>(std::move(work))) {}
  offload_awaiter(const offload_awaiter &) = delete;
  offload_awaiter &operator=(const offload_awaiter &) = delete;
  ~offload_awaiter() { job_->waiting = nullptr; }

  bool await_ready() const noexcept { return false; }

  void await_suspend(std::coroutine_handle<> waiting) {
    job_->waiting = waiting;
    auto &jobs = net::use_service<offloaded_jobs>(net::query(resume_on_, net::execution::context));
    // The ticket goes last: while there is one, the context that the guard refers to is there.
    net::post(workers_, [ticket = offloaded_jobs::ticket(jobs), guard = net::make_work_guard(resume_on_),
                         job = job_]() mutable {
      job->done.capture(job->work);
      const Executor resume_on = guard.get_executor();
      net::post(resume_on, [guard = std::move(guard), job = std::move(job)] {
        if (job->waiting)
          job->waiting.resume();
      });
    });
  }

  result await_resume() { return job_->done.take(); }

private:
  Workers workers_;
  Executor resume_on_;
  std::shared_ptr<job> job_;
};

template <class Workers> auto executor_of(Workers &workers) {
  if constexpr (requires { workers.get_executor(); })
    return workers.get_executor();
  else
    return workers;
}

} // namespace detail

/// `co_await offload_and_resume(resume_on, workers, f, args...)` calls `f(args...)` on a thread of `workers`,
/// resumes on the executor `resume_on`, and gives what `f` returned or throws what it threw.
///
/// The context of `resume_on` counts the job as work, and its destructor waits for it. If the waiting
/// coroutine is destroyed, which must happen on `resume_on` or after that has stopped, `f` runs to its end
/// all the same and its result is dropped; so the job should own what it uses. If the workers are stopped
/// before they start the job, the coroutine never goes on.
/// \param workers an executor, or a context such as a thread_pool; the context must outlive the job.
/// \param f called once, on another thread, with copies of `args`, as std::thread does
/// ([thread.thread.constr]).
template <class Executor, class Workers, class F, class... Args>
  requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
[[nodiscard]] auto offload_and_resume(const Executor &resume_on, Workers &&workers, F &&f, Args &&...args) {
  auto work =
      [f = std::decay_t<F>(std::forward<F>(f)),
       args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)]() mutable -> decltype(auto) {
    return std::apply(std::move(f), std::move(args));
  };
  auto executor = detail::executor_of(workers);
  return detail::offload_awaiter<decltype(executor), decltype(work), Executor>(executor, std::move(work),
                                                                               resume_on);
}

/// `co_await offload(workers, f, args...)` is the same, resuming on the `current_executor()`.
/// \throws std::logic_error on a thread that no `run` runs on.
template <class Workers, class F, class... Args>
  requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
[[nodiscard]] auto offload(Workers &&workers, F &&f, Args &&...args) {
  return offload_and_resume(current_executor(), std::forward<Workers>(workers), std::forward<F>(f),
                            std::forward<Args>(args)...);
}

} // namespace asynciter
