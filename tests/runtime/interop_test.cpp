// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shapes of other libraries' streams, rebuilt here in a few lines each.
#include "asynciter/interop.h"

#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"
#include "test_support.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;
using test_support::event;
using test_support::running;
using test_support::start;

namespace {

// What the stand-ins have in common: a lazy coroutine that transfers to its consumer at each item.
template <class T> struct producer_promise {
  std::suspend_always initial_suspend() const noexcept { return {}; }
  struct to_consumer {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return consumer; }
    void await_resume() const noexcept {}
    std::coroutine_handle<> consumer;
  };
  to_consumer yield_value(T &value) noexcept {
    item = std::addressof(value);
    return {consumer};
  }
  to_consumer yield_value(T &&value) noexcept { return yield_value(value); }
  to_consumer final_suspend() noexcept {
    item = nullptr;
    return {consumer};
  }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { error = std::current_exception(); }
  void rethrow() {
    if (error)
      std::rethrow_exception(std::exchange(error, nullptr));
  }
  T *item = nullptr;
  std::exception_ptr error;
  std::coroutine_handle<> consumer;
};

template <class T, class Self> struct producer {
  struct promise_type : producer_promise<T> {
    Self get_return_object() noexcept {
      return Self(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  using handle = std::coroutine_handle<promise_type>;

  explicit producer(handle coroutine) noexcept : coroutine(coroutine) {}
  producer(producer &&other) noexcept : coroutine(std::exchange(other.coroutine, nullptr)) {}
  ~producer() {
    if (coroutine)
      coroutine.destroy();
  }
  struct advance_awaiter {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
      coroutine.promise().consumer = consumer;
      return coroutine;
    }
    T *await_resume() const {
      if (!coroutine.promise().item)
        coroutine.promise().rethrow();
      return coroutine.promise().item;
    }
    handle coroutine;
  };
  handle coroutine;
};

// NOLINTBEGIN(asynciter-unmarked-stream-type): as other libraries have them.
// P1 as in cppcoro, which crashes when it is stepped after the end.
template <class T> struct iterated : producer<T, iterated<T>> {
  using base = producer<T, iterated<T>>;
  using base::base;
  struct iterator {
    typename base::handle coroutine;
    auto operator++() noexcept {
      struct awaiter : base::advance_awaiter {
        iterator &await_resume() {
          if (!base::advance_awaiter::await_resume())
            it = {};
          return it;
        }
        iterator &it;
      };
      return awaiter{{coroutine}, *this};
    }
    T &operator*() const noexcept { return *coroutine.promise().item; }
    bool operator==(const iterator &) const = default;
  };
  auto begin() noexcept {
    struct awaitable { // not an awaiter: only gives one
      auto operator co_await() && noexcept {
        struct awaiter : base::advance_awaiter {
          iterator await_resume() {
            return base::advance_awaiter::await_resume() ? iterator{this->coroutine} : iterator{};
          }
        };
        return awaiter{{coroutine}};
      }
      typename base::handle coroutine;
    };
    return awaitable{this->coroutine};
  }
  iterator end() noexcept { return {}; }
};

// P2 as in folly: a result type of its own, and asserts when it is stepped after the end.
template <class T> struct next_result {
  bool has_value() const noexcept { return item != nullptr; }
  explicit operator bool() const noexcept { return has_value(); }
  T &operator*() const & noexcept { return *item; }
  T &&operator*() && noexcept { return std::move(*item); }
  T *operator->() const noexcept { return item; }
  T *item = nullptr;
};
template <class T> struct nexted : producer<T, nexted<T>> {
  using base = producer<T, nexted<T>>;
  using base::base;
  auto next() noexcept {
    struct awaiter : base::advance_awaiter {
      next_result<T> await_resume() { return {base::advance_awaiter::await_resume()}; }
    };
    return awaiter{{this->coroutine}};
  }
};

// P3 as in Seastar, unbuffered and by value.
template <class T> struct called : producer<T, called<T>> {
  using base = producer<T, called<T>>;
  using base::base;
  auto operator()() noexcept {
    struct awaiter : base::advance_awaiter {
      std::optional<std::reference_wrapper<T>> await_resume() {
        if (T *item = base::advance_awaiter::await_resume())
          return std::ref(*item);
        return std::nullopt;
      }
    };
    return awaiter{{this->coroutine}};
  }
};
template <class T> struct called_by_value : producer<T, called_by_value<T>> {
  using base = producer<T, called_by_value<T>>;
  using base::base;
  auto operator()() noexcept {
    struct awaiter : base::advance_awaiter {
      std::optional<T> await_resume() {
        if (T *item = base::advance_awaiter::await_resume())
          return std::move(*item);
        return std::nullopt;
      }
    };
    return awaiter{{this->coroutine}};
  }
};

// NOLINTEND(asynciter-unmarked-stream-type)

// P4 as in Cobalt: eager, by value, false after the last value was awaited; here over a list of values.
template <class T> struct flagged {
  explicit flagged(std::vector<T> values) : values(std::move(values)) {}
  explicit operator bool() const noexcept { return position != values.size(); }
  struct awaiter {
    bool await_ready() const noexcept { return true; }
    template <class Promise> bool await_suspend(std::coroutine_handle<Promise>) const noexcept {
      return false;
    }
    T await_resume() {
      if (self.position == self.fail_at)
        throw std::runtime_error("failed");
      return std::move(self.values.at(self.position++));
    }
    flagged &self;
  };
  auto operator co_await() noexcept { return awaiter{*this}; }
  std::vector<T> values;
  std::size_t position = 0;
  std::size_t fail_at = -1;
};

template <class Stream> Stream count_to(int n, event *wait_before = nullptr, int wait_at = 1) {
  for (int i = 1; i <= n; ++i) {
    if (wait_before && i == wait_at)
      co_await *wait_before;
    co_yield i;
  }
}

template <class Stream> Stream fail_after(int n) {
  for (int i = 1; i <= n; ++i)
    co_yield i;
  throw std::runtime_error("failed");
}

template <class S> task<std::vector<int>> collect(S stream) {
  std::vector<int> items;
  while (auto item = co_await stream.next())
    items.push_back(*item);
  // NOLINTNEXTLINE(asynciter-step-after-end): whatever the stream itself would do
  EXPECT_FALSE(co_await stream.next());
  co_return items;
}

template <class T> T get(task<T> task) {
  std::optional<T> result;
  auto store = [](asynciter::task<T> task, std::optional<T> &result) -> asynciter::task<void> {
    result = co_await std::move(task);
  };
  auto coroutine = start(store(std::move(task), result));
  EXPECT_TRUE(coroutine.done());
  return std::move(*result);
}

const std::vector<int> one_to_three{1, 2, 3};

static_assert(async_iterable<iterated<int>> && !stream<iterated<int>>);
static_assert(stream<nexted<int>> && stream<async_generator<int>>);
static_assert(streamable<iterated<int> &> && streamable<iterated<int>>);
static_assert(streamable<called<int> &> && streamable<called_by_value<int>> && streamable<flagged<int>>);
static_assert(!streamable<int> && !streamable<std::vector<int>> && !streamable<task<int>>);
static_assert(!streamable<std::function<int()>>);

TEST(AsStream, AStreamIsUsedAsItIs) {
  auto numbers = []() -> async_generator<int> { co_yield 1; }();
  EXPECT_EQ(&as_stream(numbers), &numbers);
  static_assert(std::same_as<decltype(as_stream(std::move(numbers))), async_generator<int>>);
  auto others = count_to<nexted<int>>(3);
  EXPECT_EQ(&as_stream(others), &others);
  std::vector<int> items;
  auto consumer = start([](nexted<int> &stream, std::vector<int> &items) -> task<void> {
    while (auto item = co_await as_stream(stream).next())
      items.push_back(*item);
  }(others, items));
  EXPECT_TRUE(consumer.done());
  EXPECT_EQ(items, one_to_three);
}

TEST(AsStream, AwaitedIterators) {
  EXPECT_EQ(get(collect(as_stream(count_to<iterated<int>>(3)))), one_to_three);
  EXPECT_EQ(get(collect(as_stream(count_to<iterated<int>>(0)))), std::vector<int>());
  auto stream = count_to<iterated<int>>(3);
  EXPECT_EQ(get(collect(as_stream(stream))), one_to_three);
  // An item is the producer's own.
  auto first = [](iterated<int> &stream) -> task<int *> {
    auto steps = as_stream(stream);
    auto item = co_await steps.next();
    static_assert(std::same_as<decltype(item), step_result<int>>);
    co_return &item.value();
  };
  auto other = count_to<iterated<int>>(3);
  EXPECT_EQ(get(first(other)), other.coroutine.promise().item);
}

TEST(AsStream, AwaitedCalls) {
  EXPECT_EQ(get(collect(as_stream(count_to<called<int>>(3)))), one_to_three);
  EXPECT_EQ(get(collect(as_stream(count_to<called_by_value<int>>(3)))), one_to_three);
  auto stream = count_to<called<int>>(3);
  auto steps = as_stream(stream);
  static_assert(std::same_as<await_result_t<decltype(steps.next())>, step_result<int>>);
  EXPECT_EQ(get(collect(std::move(steps))), one_to_three);
}

TEST(AsStream, AnAwaitableWithItsOwnEnd) {
  EXPECT_EQ(get(collect(as_stream(flagged<int>({1, 2, 3})))), one_to_three);
  EXPECT_EQ(get(collect(as_stream(flagged<int>({})))), std::vector<int>());
  std::vector<std::unique_ptr<int>> owned;
  owned.push_back(std::make_unique<int>(7));
  flagged<std::unique_ptr<int>> stream(std::move(owned));
  auto read = [](flagged<std::unique_ptr<int>> &stream) -> task<int> {
    auto steps = as_stream(stream);
    auto item = co_await steps.next();
    co_return *item.value();
  };
  EXPECT_EQ(get(read(stream)), 7);
}

template <class S> task<void> expect_failure(S stream, int after) {
  for (int i = 0; i < after; ++i)
    EXPECT_TRUE(co_await stream.next());
  bool thrown = false;
  try {
    (void)co_await stream.next();
  } catch (const std::runtime_error &) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
  EXPECT_FALSE(co_await stream.next());
}

TEST(AsStream, AnExceptionEndsTheStream) {
  EXPECT_TRUE(start(expect_failure(as_stream(fail_after<iterated<int>>(0)), 0)).done());
  EXPECT_TRUE(start(expect_failure(as_stream(fail_after<iterated<int>>(2)), 2)).done());
  EXPECT_TRUE(start(expect_failure(as_stream(fail_after<called<int>>(2)), 2)).done());
  flagged<int> failing({1, 2, 3});
  failing.fail_at = 1;
  EXPECT_TRUE(start(expect_failure(as_stream(failing), 1)).done());
}

template <class Stream> void expect_to_wait_and_to_be_destroyed() {
  for (int wait_at : {1, 2})
    for (bool destroy : {false, true}) {
      event wait;
      std::vector<int> items;
      {
        auto consumer = start([](Stream stream, std::vector<int> &items) -> task<void> {
          auto steps = as_stream(std::move(stream));
          while (auto item = co_await steps.next())
            items.push_back(*item);
        }(count_to<Stream>(3, &wait, wait_at), items));
        EXPECT_TRUE(wait.awaited());
        if (!destroy) {
          wait.set();
          EXPECT_TRUE(consumer.done());
          EXPECT_EQ(items, one_to_three);
        }
      }
      EXPECT_FALSE(wait.awaited());
    }
}

TEST(AsStream, WaitsWhereTheStreamWaits) {
  expect_to_wait_and_to_be_destroyed<iterated<int>>();
  expect_to_wait_and_to_be_destroyed<called<int>>();
  expect_to_wait_and_to_be_destroyed<called_by_value<int>>();
}

TEST(AsStream, LoopsTakeForeignStreams) {
  std::vector<int> items;
  auto collect_into = [](std::vector<int> &items) -> task<void> {
    auto body = [&items](int item) { items.push_back(item); };
    co_await for_each(count_to<iterated<int>>(2), body);
    auto called_stream = count_to<called<int>>(2);
    co_await for_each(called_stream, body);
    flagged<int> flagged_stream({1, 2});
    co_await for_each(std::move(flagged_stream), body);
  };
  EXPECT_TRUE(start(collect_into(items)).done());
  EXPECT_EQ(items, (std::vector<int>{1, 2, 1, 2, 1, 2}));
}

TEST(AsStream, WorksInGenerators) {
  auto doubled = [](iterated<int> stream) -> async_generator<int> {
    auto steps = as_stream(stream);
    while (auto item = co_await steps.next())
      co_yield *item * 2;
  };
  EXPECT_EQ(get(collect(doubled(count_to<iterated<int>>(3)))), (std::vector<int>{2, 4, 6}));
}

// Steps whose begin suspends in another way than the steps after it.
struct [[nodiscard]] mixed {
  struct iterator {
    int value;
    auto operator++() {
      struct awaiter {
        bool await_ready() const { return false; }
        bool await_suspend(std::coroutine_handle<>) const { return false; }
        iterator &await_resume() const {
          ++it.value;
          return it;
        }
        iterator &it;
      };
      return awaiter{*this};
    }
    int operator*() const { return value; }
    bool operator==(std::default_sentinel_t) const { return value > 3; }
  };
  auto begin() {
    struct awaiter {
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> consumer) { waiting.await_suspend(consumer); }
      iterator await_resume() const { return {1}; }
      event::awaiter waiting;
    };
    return awaiter{event::awaiter(*ready)};
  }
  std::default_sentinel_t end() const { return {}; }
  event *ready;
};

TEST(AsStream, BeginMaySuspendInItsOwnWay) {
  event ready;
  std::vector<int> items;
  auto consumer = start([](mixed stream, std::vector<int> &items) -> task<void> {
    auto steps = as_stream(stream);
    while (auto item = co_await steps.next()) {
      static_assert(std::same_as<decltype(item), std::optional<int>>); // the iterator gives values
      items.push_back(*item);
    }
  }(mixed{&ready}, items));
  EXPECT_TRUE(items.empty());
  ready.set();
  EXPECT_TRUE(consumer.done());
  EXPECT_EQ(items, one_to_three);
}

// Our own awaiters behind a foreign shape get the stop token.
struct [[nodiscard]] tokens {
  struct iterator {
    bool stopped;
    // NOLINTNEXTLINE(asynciter-endless-async-iterator): the token is asked for, and no end.
    auto operator++() { return awaiter{*this, nullptr}; }
    bool operator*() const { return stopped; }
    bool operator==(std::default_sentinel_t) const { return false; }
  };
  struct awaiter {
    bool await_ready() const { return true; }
    void await_suspend(std::coroutine_handle<>) const {}
    void take_stop_token(const std::stop_token *token) { stop = token; }
    iterator &await_resume() {
      it.stopped = stop && stop->stop_requested();
      return it;
    }
    iterator &it;
    const std::stop_token *stop;
  };
  auto begin() { return awaiter{first, nullptr}; }
  std::default_sentinel_t end() const { return {}; }
  iterator first{false};
};

struct stopped_root {
  struct promise_type {
    stopped_root get_return_object() { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
    const std::stop_token *stop() const noexcept { return &token; }
    promise_type() {
      std::stop_source source;
      source.request_stop();
      token = source.get_token();
    }
    std::stop_token token;
  };
};

TEST(AsStream, PassesTheStopTokenOn) {
  int stopped = 0;
  [](task<void> task) -> stopped_root { co_await std::move(task); }([](int &stopped) -> task<void> {
    tokens foreign;
    auto steps = as_stream(foreign);
    for (int i = 0; i < 2; ++i)
      stopped += (co_await steps.next()).value();
  }(stopped));
  EXPECT_EQ(stopped, 2);
}

} // namespace
