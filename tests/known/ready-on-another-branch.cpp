// RUN: %verify %s
// XFAIL: *
// Rule: blocking-call
//
// A missed alarm. That a future was asked counts, whatever the answer was.
#include "user_stream.h"
#include <chrono>
#include <future>

app::task<int> result_bad(std::future<int> result) {
  if (result.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    co_return 0;
  co_return result.get(); // expected-warning {{`result_bad` blocks its thread}} expected-note {{instead}}
}
