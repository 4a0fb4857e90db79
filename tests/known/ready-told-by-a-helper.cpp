// RUN: %verify %s
// XFAIL: *
// Rule: blocking-call
//
// A false alarm. The readiness test is inside of a function that gets the future.
#include "user_stream.h"
#include <chrono>
#include <future>

bool is_done(std::future<int> &result) {
  return result.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}
app::task<int> result_ok(std::future<int> result) {
  if (!is_done(result))
    co_return 0;
  co_return result.get();
}
