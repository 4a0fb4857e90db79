// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random programs of generators, run for real and by a model.
//
// A program is a tree. Each node is the body of a generator, a list of operations: items, suspensions, ready
// tasks, cleanup, exceptions, and children that it hands over to in all the ways there are. What happens, and
// in which order, does not depend on what suspends: `model` says it without any coroutine, and whatever runs
// the program, on however many threads, must write the same log.
#pragma once

#include "asynciter/async_generator.h"
#include "asynciter/cleanup.h"
#include "asynciter/stop.h"
#include "asynciter/task.h"

#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace generator_programs {

using asynciter::async_generator;
using asynciter::elements_of;
using asynciter::on_exit;
using asynciter::task;

enum class kind {
  yield,            // an item
  wait,             // a suspension
  ready_task,       // awaits a task that does not suspend
  waiting_task,     // awaits a task that does
  given_away,       // elements_of of a temporary
  borrowed,         // elements_of of a local, which is stepped again afterwards
  moved,            // elements_of of a moved local
  half_consumed,    // the same, of one that was stepped before
  ended,            // the same, of one that has ended
  other_type,       // elements_of of a generator of another type
  range,            // elements_of of a container
  by_hand,          // a loop over a child
  caught,           // elements_of, and a handler for what the child throws
  cleanup,          // registers cleanup that is ready
  waiting_cleanup,  // the same that suspends
  throwing_cleanup, // the same that throws
  failure,          // throws
};
constexpr int kinds = 17;

struct node {
  struct operation {
    kind what;
    int value;
    std::unique_ptr<node> child;
  };
  std::vector<operation> body;
};

/// \param size shrinks with each level.
inline std::unique_ptr<node> random_program(std::mt19937 &random, int size, int &next_value) {
  auto result = std::make_unique<node>();
  const int length = std::uniform_int_distribution(size / 2, size)(random);
  for (int i = 0; i < length; ++i) {
    auto what = static_cast<kind>(std::uniform_int_distribution(0, kinds - 1)(random));
    if ((what == kind::failure || what == kind::throwing_cleanup) && random() % 4 != 0)
      what = kind::yield;
    std::unique_ptr<node> child;
    if ((what >= kind::given_away && what <= kind::other_type) || what == kind::by_hand ||
        what == kind::caught)
      child = random_program(random, size - 1, next_value);
    result->body.push_back({what, next_value++, std::move(child)});
  }
  return result;
}
inline std::unique_ptr<node> random_program(unsigned seed, int size = 6) {
  std::mt19937 random(seed);
  int next_value = 0;
  return random_program(random, size, next_value);
}

/// Where a program runs.
class world {
public:
  virtual ~world() = default;

  /// Called when something suspends; it has to be resumed once, anywhere.
  virtual void suspended(std::coroutine_handle<> waiting) = 0;
  /// Called when something that was suspended is destroyed.
  virtual void forget() {}

  struct hop {
    world &in;
    bool waiting = false;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) {
      waiting = true;
      in.suspended(coroutine); // this may be gone afterwards
    }
    void await_resume() noexcept { waiting = false; }
    ~hop() {
      if (waiting)
        in.forget();
    }
  };
  hop wait() { return hop{*this}; }

  void note(std::string what, int value) { log.push_back(what + std::to_string(value)); }

  std::vector<std::string> log;
  std::atomic<int> alive = 0;
};

/// Counts itself in its world.
class local {
public:
  explicit local(world &in) : in_(&in) { ++in_->alive; }
  local(local &&other) noexcept : in_(other.in_) { ++in_->alive; }
  local &operator=(local &&) = delete;
  ~local() { --in_->alive; }

private:
  world *in_;
};

inline task<int> ready_task(world &in, int value) {
  const local counted(in);
  co_return value;
}
inline task<int> waiting_task(world &in, int value) {
  const local counted(in);
  co_await in.wait();
  co_return value;
}
inline task<void> clean_up(world &in, int value, kind how) {
  const local counted(in);
  in.note("cleanup ", value);
  if (how == kind::waiting_cleanup)
    co_await in.wait();
  if (how == kind::throwing_cleanup)
    throw value;
}

inline async_generator<int> run(const node &program ASYNCITER_LIFETIMEBOUND,
                                world &in ASYNCITER_LIFETIMEBOUND);

inline async_generator<long> run_as_long(const node &program ASYNCITER_LIFETIMEBOUND,
                                         world &in ASYNCITER_LIFETIMEBOUND) {
  co_yield elements_of(run(program, in));
}

inline async_generator<int> run(const node &program ASYNCITER_LIFETIMEBOUND,
                                world &in ASYNCITER_LIFETIMEBOUND) {
  const local counted(in);
  for (const auto &[what, value, child] : program.body) {
    switch (what) {
    case kind::yield:
      co_yield value;
      break;
    case kind::wait: {
      auto hop = in.wait();
      co_await hop;
      break;
    }
    case kind::ready_task:
      co_yield co_await ready_task(in, value);
      break;
    case kind::waiting_task:
      co_yield co_await waiting_task(in, value);
      break;
    case kind::given_away:
      co_yield elements_of(run(*child, in));
      break;
    case kind::borrowed: {
      auto items = run(*child, in);
      co_yield elements_of(items);
      auto step = co_await items.next();
      in.note(step ? "not at its end " : "at its end ", value);
      break;
    }
    case kind::moved: {
      auto items = run(*child, in);
      co_yield elements_of(std::move(items));
      break;
    }
    case kind::half_consumed: {
      auto items = run(*child, in);
      for (int i = 0; i < 2; ++i)
        if (auto item = co_await items.next())
          in.note("consumed ", *item);
      co_yield elements_of(std::move(items));
      break;
    }
    case kind::ended: {
      auto items = run(*child, in);
      while (auto item = co_await items.next())
        in.note("consumed ", *item);
      co_yield elements_of(std::move(items));
      break;
    }
    case kind::other_type:
      co_yield elements_of(run_as_long(*child, in));
      break;
    case kind::range: {
      const std::vector<int> items{value, value};
      co_yield elements_of(items);
      break;
    }
    case kind::by_hand: {
      auto items = run(*child, in);
      for (auto it = co_await items.begin(); it != items.end(); co_await ++it)
        co_yield *it;
      break;
    }
    case kind::caught: {
      int failure = -1;
      try {
        co_yield elements_of(run(*child, in));
      } catch (int thrown) {
        failure = thrown;
      }
      if (failure != -1)
        in.note("caught ", failure);
      break;
    }
    case kind::cleanup:
    case kind::waiting_cleanup:
    case kind::throwing_cleanup: {
      auto clean = [&in, value = value, what = what](local &) { return clean_up(in, value, what); };
      auto registered = on_exit(clean, local(in));
      (void)co_await std::move(registered);
      break;
    }
    case kind::failure:
      throw value;
    }
  }
}

/// What a consumer does that takes all items, or `limit` of them and then closes the stream.
inline task<void> consume(const node &program ASYNCITER_LIFETIMEBOUND, world &in ASYNCITER_LIFETIMEBOUND,
                          int limit = -1) {
  const local counted(in);
  auto items = run(program, in);
  std::string thrown;
  int failure = 0;
  try {
    while (limit != 0) {
      auto item = co_await items.next();
      if (!item)
        break;
      in.note("item ", *item);
      --limit;
    }
  } catch (int value) {
    thrown = "thrown ";
    failure = value;
  }
  if (!thrown.empty())
    in.note(thrown, failure);
  thrown.clear();
  if (limit == 0) {
    try {
      co_await items.close();
    } catch (int value) {
      thrown = "closing threw ";
      failure = value;
    }
    if (!thrown.empty())
      in.note(thrown, failure);
  }
  for (int i = 0; i < 2 && items.valid(); ++i) // not valid if there was no memory to close it
    if (auto item = co_await items.next())
      in.note("an item after the end ", *item);
}

/// Says what has to happen.
class model {
public:
  static std::vector<std::string> consume(const node &program, int limit = -1) {
    model self;
    try {
      if (limit == 0)
        throw closed();
      self.run(program, [&](int item) {
        self.note("item ", item);
        if (--limit == 0)
          throw closed();
      });
    } catch (int failure) {
      self.note("thrown ", failure);
    } catch (closed) {
      if (self.close_failure_ != none)
        self.note("closing threw ", self.close_failure_);
    }
    return std::move(self.log_);
  }

private:
  struct closed {};
  using consumer = std::function<void(int)>;
  static constexpr int none = -1;

  void note(std::string what, int value) { log_.push_back(what + std::to_string(value)); }

  void run(const node &program, const consumer &deliver) {
    std::vector<const node::operation *> cleanups;
    int failure = none;
    try {
      for (const auto &operation : program.body)
        step(operation, deliver, cleanups);
    } catch (int thrown) {
      failure = thrown;
    } catch (closed) {
      if (!destroyed_)
        clean_up(cleanups, close_failure_);
      throw;
    }
    clean_up(cleanups, failure);
    if (failure != none)
      throw failure;
  }

  void clean_up(std::vector<const node::operation *> &cleanups, int &failure) {
    for (; !cleanups.empty(); cleanups.pop_back()) {
      note("cleanup ", cleanups.back()->value);
      if (cleanups.back()->what == kind::throwing_cleanup && failure == none)
        failure = cleanups.back()->value;
    }
  }

  // A child that nobody closes when its parent is closed.
  void run_owned(const node &program, const consumer &deliver) {
    try {
      run(program, [&](int item) {
        try {
          deliver(item);
        } catch (closed) {
          ++destroyed_;
          throw;
        }
      });
    } catch (closed) {
      --destroyed_;
      throw;
    }
  }

  void step(const node::operation &operation, const consumer &deliver,
            std::vector<const node::operation *> &cleanups) {
    const int value = operation.value;
    int taken = 0;
    switch (operation.what) {
    case kind::wait:
      break;
    case kind::yield:
    case kind::ready_task:
    case kind::waiting_task:
      deliver(value);
      break;
    case kind::given_away:
    case kind::moved:
    case kind::other_type:
      run(*operation.child, deliver);
      break;
    case kind::borrowed:
      run_owned(*operation.child, deliver);
      note("at its end ", value);
      break;
    case kind::half_consumed:
      run(*operation.child, [&](int item) {
        if (taken++ < 2)
          note("consumed ", item);
        else
          deliver(item);
      });
      break;
    case kind::ended:
      run(*operation.child, [&](int item) { note("consumed ", item); });
      break;
    case kind::range:
      deliver(value);
      deliver(value);
      break;
    case kind::by_hand:
      run_owned(*operation.child, deliver);
      break;
    case kind::caught:
      try {
        run(*operation.child, deliver);
      } catch (int failure) {
        note("caught ", failure);
      }
      break;
    case kind::cleanup:
    case kind::waiting_cleanup:
    case kind::throwing_cleanup:
      cleanups.push_back(&operation);
      break;
    case kind::failure:
      throw value;
    }
  }

  std::vector<std::string> log_;
  int close_failure_ = none;
  int destroyed_ = 0; // how many of those around what is being closed are destroyed instead
};

} // namespace generator_programs
