// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An adaptor that is closed closes what it owns, with its registered cleanup awaited, wherever it stands:
// also before its own first step, if what it owns was stepped before.
#include "asynciter/adaptors.h"

#include "asynciter/buffer.h"
#include "asynciter/channel.h"
#include "asynciter/merge.h"
#include "asynciter/timeout.h"
#include "stream_test_support.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

using namespace asynciter;
using namespace test_support;

namespace {

ASYNCITER_CORO_WRAPPER async_generator<int> stepped_before(std::string &log, std::string name) {
  auto stream = cleaning_numbers(log, std::move(name));
  auto step = [](async_generator<int> &stream) -> task<> { (void)co_await stream.next(); };
  sync_wait(step(stream));
  return stream;
}

template <class S> task<> step_and_close(S stream, int steps) {
  for (int i = 0; i < steps; ++i)
    (void)co_await stream.next();
  co_await stream.close();
  EXPECT_FALSE(co_await stream.next());
}

template <class... Adaptor> void expect_closed(const std::string &what, Adaptor... adaptor) {
  for (const int steps : {0, 1, 2}) {
    std::string log;
    sync_wait(step_and_close((stepped_before(log, "a") | ... | adaptor), steps));
    EXPECT_EQ(log, "a") << what << ' ' << steps;
  }
}

template <class Combine> void expect_both_closed(const std::string &what, Combine combine) {
  for (const int steps : {0, 1, 2}) {
    std::string log;
    sync_wait(step_and_close(combine(stepped_before(log, "a"), stepped_before(log, "b")), steps));
    EXPECT_EQ(log, "ab") << what << ' ' << steps;
  }
}

task<bool> accept(int) { co_return true; }
task<std::optional<int>> find(int x) { co_return x; }
task<int> next(int x) { co_return x + 1; }
task<int> add(int sum, int x) { co_return sum + x; }

/// A sleep that only a stop ends.
class sleep_for_ever {
public:
  auto operator()() const {
    auto sleep = []() -> task<> {
      channel<int> never(1);
      (void)co_await never.next();
    };
    return sleep();
  }
};

TEST(AdaptorClose, WithPlainCallables) {
  expect_closed("filter", filter([](int) { return true; }));
  expect_closed("filter_map", filter_map([](int x) { return std::optional(x); }));
  expect_closed("transform", transform([](int x) { return x + 1; }));
  expect_closed("enumerate", enumerate);
  expect_closed("scan", scan(0, std::plus()));
  expect_closed("take", take(1));
  expect_closed("drop", drop(1));
  expect_closed("take_while", take_while([](int x) { return x < 2; }));
  expect_closed("drop_while", drop_while([](int x) { return x < 2; }));
  expect_closed("take_until", take_until(std::stop_token()));
  expect_closed("chunk", chunk(2));
  expect_closed("window", window(2));
  expect_closed("several", take(3), transform([](int x) { return x + 1; }), chunk(2));
}

TEST(AdaptorClose, WithCoroutines) {
  expect_closed("filter", filter(accept));
  expect_closed("filter_map", filter_map(find));
  expect_closed("transform", transform(next));
  expect_closed("scan", scan(0, add));
  expect_closed("take_while", take_while(accept));
  expect_closed("drop_while", drop_while([](int x) -> task<bool> { co_return x < 2; }));
  expect_closed("several", filter(accept), transform(next), buffer(2), filter(accept));
}

TEST(AdaptorClose, ThatReadAheadOrMeasureTime) {
  expect_closed("buffer", buffer(2));
  expect_closed("timeout", timeout(sleep_for_ever()));
}

struct zipped {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S a, S b) {
    return zip(std::move(a), std::move(b));
  }
};
struct concatenated {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S a, S b) {
    return concat(std::move(a), std::move(b));
  }
};
struct concatenated_as_doubles {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S a, S b) {
    return concat(std::move(a) | transform([](int x) { return double(x); }), std::move(b));
  }
};
struct merged {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S a, S b) {
    return merge(std::move(a), std::move(b));
  }
};

TEST(AdaptorClose, OverSeveralStreams) {
  expect_both_closed("zip", zipped());
  expect_both_closed("concat", concatenated());
  expect_both_closed("concat as doubles", concatenated_as_doubles());
  expect_both_closed("merge", merged());
}

TEST(AdaptorClose, WhatTheyBorrowIsLeftAlone) {
  std::string log;
  auto a = stepped_before(log, "a"), b = stepped_before(log, "b");
  for (const int steps : {0, 1}) {
    sync_wait(step_and_close(a | filter(accept), steps));
    sync_wait(step_and_close(zip(a, b), steps));
    sync_wait(step_and_close(concat(a, b), steps));
    EXPECT_EQ(log, "");
  }
  sync_wait(step_and_close(concat(a, std::move(b)), 1));
  EXPECT_EQ(log, "b");
  EXPECT_EQ(sync_wait(first(a)), 5);
}

} // namespace
