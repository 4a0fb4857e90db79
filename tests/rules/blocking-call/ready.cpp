// RUN: %verify %s
//
// What was asked whether it is ready, or was awaited, does not block: also an
// element of a container, and a part of what an await gave.
#include "user_stream.h"
#include <chrono>
#include <folly/coro/BlockingWait.h>
#include <future>
#include <seastar/generator.hh>
#include <thread>
#include <utility>
#include <vector>
using app::task;
using namespace std::chrono_literals;

task<> element_ok(std::vector<std::future<int>> all) {
  if (all[0].wait_for(0s) == std::future_status::ready)
    all[0].get();
  for (auto &one : all)
    if (one.wait_for(0s) == std::future_status::ready)
      one.get();
  co_return;
}
task<> element_bad(std::vector<std::future<int>> all) {
  all[0].get(); // expected-warning {{`element_bad` blocks its thread}} expected-note {{instead}}
  co_return;
}
app::task<std::pair<std::shared_future<int>, std::shared_future<int>>> both();
task<> bound_ok() {
  auto [first, second] = co_await both();
  first.get();
  second.get();
}
task<> thread_let_go_ok() {
  std::jthread empty;
  std::jthread worker([] {});
  worker.detach();
  co_return;
}
task<> thread_kept_bad() {
  std::jthread worker([] {}); // expected-warning {{`thread_kept_bad` blocks its thread}} expected-note {{instead}}
  co_return;
}

// Where the models know the call, what its body does is no matter.
namespace folly {
template <class T> T SemiFuture<T>::get() && {
  Baton<> done;
  done.wait();
  return T();
}
} // namespace folly
task<> body_in_sight_ok(folly::SemiFuture<int> result) {
  if (result.isReady())
    std::move(result).get();
  co_return;
}
task<> body_in_sight_bad(folly::SemiFuture<int> result) {
  std::move(result).get(); // expected-warning {{`body_in_sight_bad` blocks its thread: it calls `folly::SemiFuture::get`}} expected-note {{waits until the result is there}}
  co_return;
}

// A lambda's captures are what those around it know them to be.
template <class Work> void run_here(Work &&Do) { Do(); } // expected-note {{calls the lambda}}
task<> captured_ok(std::future<int> result) {
  if (result.wait_for(0s) != std::future_status::ready)
    co_return;
  run_here([&result] { result.get(); });
}
task<> captured_bad(std::future<int> result) {
  run_here([&result] { result.get(); }); // expected-warning {{`captured_bad` blocks its thread}} expected-note 1+ {{}}
  co_return;
}
