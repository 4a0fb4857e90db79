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
// Python's `asyncio.to_thread`. A whole blocking range, item by item, is offload_stream.h's business.
//
// GCC 12 destroys a lambda twice that captures by value and is written inside of the co_await. Pass arguments
// as above, or give the lambda a name before.
//
// Cancellation. A thread cannot be stopped from outside. So a stop drops a job that has not started, and the
// `co_await` throws `operation_cancelled` at once; a job that runs is waited for, and its result wins. A
// callable that takes a `std::stop_token` before its arguments is given the coroutine's, and can look at it:
//
//     co_await offload(pool, [&](std::stop_token stop) { search(tree, stop); });
//
// Lifetime. Since a running job is waited for, it may borrow from the coroutine, as long as nobody destroys
// the coroutine while it waits. Then a job that runs goes on to its end all the same; one that has not
// started never does. A loop that ends waits for its jobs, also for those that have not started, before it
// destroys the coroutines that still run.
//
// Cost. One allocation for the job, what Asio allocates for two posts, and two thread switches: several
// microseconds, so not for work that takes less.
#pragma once

#include "asynciter/asio.h"

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/thread_pool.hpp>
#else
#include <asio/thread_pool.hpp>
#endif

#include <atomic>
#include <concepts>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asynciter {

namespace detail {

/// Refuses a pool that has been stopped or joined, which would keep a job in its queue until it is destroyed.
/// Asio has no public way to ask a pool; of its insides this uses the one that its own thread functions use.
/// \throws std::logic_error
template <class Workers> void require_running(const Workers &workers) {
  if constexpr (requires {
                  { net::query(workers, net::execution::context) } -> std::same_as<net::thread_pool &>;
                }) {
    net::thread_pool &pool = net::query(workers, net::execution::context);
    if (net::use_service<net::detail::scheduler>(pool).stopped())
      throw std::logic_error("asynciter: the thread pool that is to do the work has been stopped");
  }
}

/// The jobs that will be handed back to an execution context, which waits for them before it is destroyed.
class offloaded_jobs : public net::execution_context::service {
public:
  using key_type = offloaded_jobs;
  static inline net::execution_context::id id;

  /// A context shuts its services down newest first; jobs are waited for before coroutines are destroyed.
  explicit offloaded_jobs(net::execution_context &context) : service(context) {
    net::use_service<spawned_tasks>(context);
  }

  /// Stands for one job; the job has been handed back, or has been given up by the workers, when it is
  /// destroyed.
  class ticket {
  public:
    template <class Executor>
    explicit ticket(const Executor &executor)
        : jobs_(&net::use_service<offloaded_jobs>(net::query(executor, net::execution::context))) {
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

    /// Whether the context is being destroyed, and waits for this job.
    bool context_ends() const noexcept { return jobs_->ending_.load(std::memory_order_relaxed); }

  private:
    offloaded_jobs *jobs_;
  };

private:
  void shutdown() noexcept override {
    ending_ = true;
    std::unique_lock lock(mutex_);
    none_left_.wait(lock, [this] { return count_ == 0; });
  }

  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t count_ = 0;
  std::atomic<bool> ending_ = false;
};

/// A job, shared with the thread that works, because that goes on when the waiting coroutine is destroyed.
template <class F, class Executor>
class offload_job : public std::enable_shared_from_this<offload_job<F, Executor>> {
public:
  using result = std::invoke_result_t<F &, const std::stop_token &>;

  explicit offload_job(F work) : work_(std::move(work)) {}

  /// Whether the job was stopped before it started.
  bool dropped() const noexcept { return phase_.load(std::memory_order_acquire) == is_dropped; }
  void drop_before_start() noexcept { phase_.store(is_dropped, std::memory_order_relaxed); }

  void start(std::coroutine_handle<> coroutine, const std::stop_token *stop, const Executor &resume_on) {
    waiting = coroutine;
    if (stop)
      stop_ = *stop;
    return_.emplace(way_back{offloaded_jobs::ticket(resume_on), net::make_work_guard(resume_on)});
  }

  /// The last part of the start: false if the job was dropped meanwhile, so that nobody will be resumed.
  bool started() noexcept {
    int phase = is_starting;
    if (phase_.compare_exchange_strong(phase, is_queued, std::memory_order_acq_rel) || phase != is_dropped)
      return true;
    return_.reset();
    return false;
  }

  /// The worker's part.
  void run() noexcept {
    if (leave_queue(is_running) == is_elsewhere)
      return;
    done.capture([this]() -> result { return (*work_)(stop_); });
    hand_back();
  }

  /// The stop's part.
  void drop() noexcept {
    if (leave_queue(is_dropped) == is_queued)
      hand_back();
  }

  /// The workers have ended before they started the job.
  void give_up() noexcept {
    if (leave_queue(is_given_up) != is_elsewhere)
      return_.reset();
  }

  /// The coroutine does not wait any more, and may take along what a job borrows that has not started.
  void forget() noexcept {
    waiting = nullptr;
    give_up();
    if (phase_.load(std::memory_order_acquire) >= is_dropped)
      work_.reset();
  }

  std::coroutine_handle<> waiting; // used only on the executor it is resumed on
  outcome<result> done;

private:
  enum : int { is_starting, is_queued, is_running, is_dropped, is_given_up, is_elsewhere };

  /// The ticket goes last: while there is one, the context that the guard refers to is there.
  struct way_back {
    offloaded_jobs::ticket ticket;
    net::executor_work_guard<Executor> guard;
  };

  /// Gives the phase before if that was in the queue, and so left to the caller.
  int leave_queue(int next) noexcept {
    int phase = phase_.load(std::memory_order_acquire);
    while (phase <= is_queued)
      if (phase_.compare_exchange_weak(phase, next, std::memory_order_acq_rel))
        return phase;
    return is_elsewhere;
  }

  void hand_back() {
    way_back back = std::move(*return_);
    return_.reset();
    net::post(back.guard.get_executor(), [job = this->shared_from_this()] {
      if (job->waiting)
        job->waiting.resume();
    });
  }

  std::optional<F> work_;
  std::stop_token stop_;
  std::optional<way_back> return_; // whoever takes the job out of the queue uses it
  std::atomic<int> phase_ = is_starting;
};

template <class Workers, class F, class Executor> class [[nodiscard]] offload_awaiter {
  using job = offload_job<F, Executor>;

public:
  offload_awaiter(const Workers &workers, F work, const Executor &resume_on)
      : workers_(workers), resume_on_(resume_on), job_(std::make_shared<job>(std::move(work))) {}
  offload_awaiter(const offload_awaiter &) = delete;
  offload_awaiter &operator=(const offload_awaiter &) = delete;
  ~offload_awaiter() {
    callback_.reset();
    job_->forget();
  }

  bool await_ready() const noexcept { return false; }

  template <class Promise> bool await_suspend(std::coroutine_handle<Promise> waiting) {
    const std::stop_token *stop = stop_of(waiting);
    if (stop_requested(stop)) {
      job_->drop_before_start();
      return false;
    }
    require_running(workers_);
    auto job = job_; // from here on the coroutine may go on, and *this be gone
    auto workers = workers_;
    job->start(waiting, stop, resume_on_);
    if (stop && stop->stop_possible())
      callback_.emplace(*stop, on_stop{*job});
    net::post(workers, queued(job));
    return job->started();
  }

  typename job::result await_resume() {
    if (job_->dropped())
      throw operation_cancelled();
    return job_->done.take();
  }

private:
  struct on_stop {
    void operator()() const noexcept { job_.drop(); }
    job &job_;
  };

  /// What the workers have in their queue.
  class queued {
  public:
    explicit queued(std::shared_ptr<job> job) noexcept : job_(std::move(job)) {}
    queued(queued &&) noexcept = default;
    ~queued() {
      if (job_)
        job_->give_up();
    }
    void operator()() noexcept { std::exchange(job_, nullptr)->run(); }

  private:
    std::shared_ptr<job> job_;
  };

  Workers workers_;
  Executor resume_on_;
  std::shared_ptr<job> job_;
  std::optional<std::stop_callback<on_stop>> callback_;
};

template <class Workers> auto executor_of(Workers &workers) {
  if constexpr (requires { workers.get_executor(); })
    return workers.get_executor();
  else
    return workers;
}

template <class F, class... Args>
concept takes_stop_token_first = std::invocable<std::decay_t<F>, std::stop_token, std::decay_t<Args>...>;

template <class F, class... Args>
concept offloadable =
    takes_stop_token_first<F, Args...> || std::invocable<std::decay_t<F>, std::decay_t<Args>...>;

} // namespace detail

/// `co_await offload_and_resume(resume_on, workers, f, args...)` calls `f(args...)` on a thread of `workers`,
/// or `f(stop, args...)` if it can be called so, resumes on the executor `resume_on`, and gives what `f`
/// returned or throws what it threw.
///
/// The context of `resume_on` counts the job as work, and its destructor waits for it. If the waiting
/// coroutine is destroyed, which must happen on `resume_on` or after that has stopped, a job that runs goes
/// on to its end all the same and its result is dropped. If the workers are stopped while the job is in their
/// queue, they keep it there until they are destroyed, and the coroutine never goes on.
/// \param workers an executor, or a context such as a thread_pool; the context must outlive the job.
/// \param f called once, on another thread, with copies of `args`, as std::thread does
/// ([thread.thread.constr]).
/// \throws (on co_await) operation_cancelled if a stop was requested before the job started; std::logic_error
/// if `workers` are a net::thread_pool that has been stopped or joined.
template <class Executor, class Workers, class F, class... Args>
  requires detail::offloadable<F, Args...>
[[nodiscard]] auto offload_and_resume(const Executor &resume_on, Workers &&workers, F &&f, Args &&...args) {
  auto work = [f = std::decay_t<F>(std::forward<F>(f)),
               args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)](
                  [[maybe_unused]] const std::stop_token &stop) mutable -> decltype(auto) {
    if constexpr (detail::takes_stop_token_first<F, Args...>)
      return std::apply(std::move(f), std::tuple_cat(std::tuple(stop), std::move(args)));
    else
      return std::apply(std::move(f), std::move(args));
  };
  auto executor = detail::executor_of(workers);
  return detail::offload_awaiter<decltype(executor), decltype(work), Executor>(executor, std::move(work),
                                                                               resume_on);
}

/// `co_await offload(workers, f, args...)` is the same, resuming on the `current_executor()`.
/// \throws std::logic_error on a thread that no `run` runs on.
template <class Workers, class F, class... Args>
  requires detail::offloadable<F, Args...>
[[nodiscard]] auto offload(Workers &&workers, F &&f, Args &&...args) {
  return offload_and_resume(current_executor(), std::forward<Workers>(workers), std::forward<F>(f),
                            std::forward<Args>(args)...);
}

} // namespace asynciter
