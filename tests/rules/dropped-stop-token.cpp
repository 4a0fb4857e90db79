// RUN: %verify --rules=-*,dropped-stop-token %s
//
// Tokens that are not handed on, and those that are.
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <stop_token>
using app::stream;
using app::task;
using app::use;

namespace folly {
struct CancellationToken {};
} // namespace folly
namespace cppcoro {
struct cancellation_token {};
} // namespace cppcoro

stream<int> numbers(int from, std::stop_token stop = {});
stream<int> rows(int from);
stream<int> rows(int from, std::stop_token stop);
struct feed {
  task<std::optional<int>> next(std::stop_token stop = {});
};
folly::coro::AsyncGenerator<int> items(folly::CancellationToken cancel = {});
cppcoro::async_generator<int> lines();
cppcoro::async_generator<int> lines(cppcoro::cancellation_token cancel);

task<> defaulted_bad(std::stop_token stop) {
  auto all = numbers(1); // expected-warning {{`numbers` takes a stop token, and is not given `stop`: it waits on when a stop is requested}}
  co_await all.next();
}
task<> overload_bad(std::stop_token stop) {
  auto all = rows(1); // expected-warning {{`rows` takes a stop token, and is not given `stop`}}
  co_await all.next();
}
task<> step_bad(feed from, const std::stop_token &stop) {
  while (auto item = co_await from.next()) // expected-warning {{`feed::next` takes a stop token, and is not given `stop`}}
    use(*item);
}
folly::coro::Task<> folly_bad(folly::CancellationToken cancel) {
  auto all = items(); // expected-warning {{`items` takes a stop token, and is not given `cancel`}}
  co_await all.next();
}
cppcoro::task<> cppcoro_bad(cppcoro::cancellation_token cancel) {
  auto all = lines(); // expected-warning {{`lines` takes a stop token, and is not given `cancel`}}
  co_await all.begin();
}
stream<int> producer_bad(std::stop_token stop) {
  auto all = numbers(2); // expected-warning {{is not given `stop`}}
  while (auto item = co_await all.next())
    co_yield *item;
}

task<> given_ok(feed from, std::stop_token stop) {
  auto all = numbers(1, stop);
  auto others = rows(1, std::move(stop));
  co_await from.next(stop);
  co_await all.next();
  co_await others.next();
}
// Deliberately another one, or none.
task<> another_ok(std::stop_token stop, std::stop_source own) {
  auto all = numbers(1, own.get_token());
  auto others = numbers(1, std::stop_token());
  co_await all.next();
  co_await others.next();
}
// Bound in another way.
struct options {
  std::stop_token stop;
};
stream<int> with(options how, std::stop_token stop = {});
task<> bound_ok(std::stop_token stop) {
  options how{stop};
  auto all = with(how);
  co_await all.next();
}
// Has none, or is asked for none.
task<> none_ok() {
  auto all = numbers(1);
  co_await all.next();
}
stream<int> plain();
task<> plain_ok(std::stop_token stop) {
  auto all = plain();
  co_await all.next();
}
task<> unnamed_ok(std::stop_token) {
  auto all = numbers(1);
  co_await all.next();
}
// No stream.
task<int> compute(std::stop_token stop = {});
task<> task_ok(std::stop_token stop) { co_await compute(); }
// The sync twin.
void sync_ok(std::stop_token stop) { auto all = numbers(1); }
task<> suppressed_ok(std::stop_token stop) {
  auto all = numbers(1); // NOLINT(asynciter-dropped-stop-token)
  co_await all.next();
}
