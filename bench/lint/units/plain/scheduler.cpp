// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pool of threads with priorities and dependencies between jobs, without any coroutine.
#include "shared/log.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <queue>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

const app::logger out("jobs");

class pool {
public:
  explicit pool(unsigned threads) {
    for (unsigned each = 0; each != threads; ++each)
      threads_.emplace_back([this](std::stop_token stop) { work(stop); });
  }
  ~pool() {
    for (std::jthread &each : threads_)
      each.request_stop();
    arrival_.notify_all();
  }

  void add(int priority, std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push({priority, count_++, std::move(work)});
    }
    arrival_.notify_one();
  }

  template <class Work> auto ask(int priority, Work work) {
    auto task = std::make_shared<std::packaged_task<decltype(work())()>>(std::move(work));
    auto result = task->get_future();
    add(priority, [task] { (*task)(); });
    return result;
  }

private:
  struct job {
    int priority;
    unsigned number;
    std::function<void()> work;
    bool operator<(const job &other) const {
      return std::pair(priority, other.number) < std::pair(other.priority, number);
    }
  };

  void work(std::stop_token stop) {
    for (;;) {
      std::unique_lock lock(mutex_);
      if (!arrival_.wait(lock, stop, [this] { return !waiting_.empty(); }))
        return;
      const auto todo = waiting_.top().work;
      waiting_.pop();
      lock.unlock();
      todo();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any arrival_;
  std::priority_queue<job> waiting_;
  unsigned count_ = 0;
  std::vector<std::jthread> threads_;
};

class plan {
public:
  void add(std::string name, std::vector<std::string> needs, std::function<void()> action) {
    for (const std::string &each : needs)
      steps_[each].wanted_by.push_back(name);
    step &mine = steps_[name];
    mine.missing = needs.size();
    mine.action = std::move(action);
  }

  void run(pool &on) {
    left_ = steps_.size();
    for (auto &[name, one] : steps_)
      if (one.missing == 0)
        start(name, on);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return left_ == 0; });
    if (failed_)
      std::rethrow_exception(failed_);
  }

private:
  struct step {
    std::function<void()> action;
    std::vector<std::string> wanted_by;
    std::size_t missing = 0;
  };

  void start(const std::string &name, pool &on) {
    on.add(static_cast<int>(steps_.at(name).wanted_by.size()), [this, &name = steps_.find(name)->first, &on] {
      std::exception_ptr error;
      try {
        steps_.at(name).action();
      } catch (...) {
        error = std::current_exception();
      }
      finish(name, on, error);
    });
  }

  void finish(const std::string &name, pool &on, std::exception_ptr error) {
    std::vector<std::string> ready;
    {
      const std::lock_guard lock(mutex_);
      if (error)
        failed_ = error;
      for (const std::string &each : steps_.at(name).wanted_by)
        if (--steps_.at(each).missing == 0)
          ready.push_back(each);
      --left_;
    }
    for (const std::string &each : ready)
      start(each, on);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, step> steps_;
  std::size_t left_ = 0;
  std::exception_ptr failed_;
};

} // namespace

int main() {
  pool threads(3);
  std::vector<std::future<std::uint64_t>> sums;
  for (std::uint64_t limit = 1'000; limit <= 1'000'000; limit *= 10)
    sums.push_back(threads.ask(1, [limit] {
      std::uint64_t sum = 0;
      for (std::uint64_t each = 0; each != limit; ++each)
        sum += each * each;
      return sum;
    }));
  for (auto &each : sums)
    out.info(each.get());
  std::atomic<int> done = 0;
  plan all;
  const auto step = [&done] { ++done; };
  all.add("fetch", {}, step);
  all.add("configure", {"fetch"}, step);
  all.add("compile", {"configure"}, step);
  all.add("docs", {"configure"}, step);
  all.add("package", {"compile", "docs"}, [] { throw std::runtime_error("no space left"); });
  try {
    all.run(threads);
  } catch (const std::exception &error) {
    out.warn("after ", done.load(), " steps: ", error.what());
  }
}
