// RUN: %verify %s
//
// Handlers in loops over streams that take the cancellation, and those that do
// not.
#include "user_stream.h"
#include <asynciter/async_generator.h>
#include <asynciter/task.h>
#include <cstdio>
#include <exception>
#include <folly/coro/AsyncGenerator.h>
#include <stdexcept>
#include <stop_token>
using app::use;
using asynciter::async_generator;
using asynciter::task;

namespace folly {
struct OperationCancelled : std::exception {};
} // namespace folly
void log(const char *);
void handle(const std::exception &);
task<> wait();

task<> everything_bad(async_generator<int> numbers) {
  for (;;) {
    try {
      auto number = co_await numbers.next();
      if (!number)
        break;
      use(*number);
    } catch (...) { // expected-warning {{`everything_bad` cannot be cancelled here: this handler takes the cancellation, and the loop goes on}}
      log("failed");
    }
  }
}
task<> base_bad(async_generator<int> numbers) {
  while (true) {
    try {
      while (auto number = co_await numbers.next())
        use(*number);
      co_return;
    } catch (const std::runtime_error &) {
      throw;
    } catch (const std::exception &failure) { // expected-warning {{`base_bad` cannot be cancelled here}}
      std::puts(failure.what());
      continue;
    }
  }
}
folly::coro::Task<> folly_bad(folly::coro::AsyncGenerator<int> numbers) {
  do
    try {
      if (auto number = co_await numbers.next())
        use(*number);
      else
        co_return;
    } catch (folly::OperationCancelled &) { // expected-warning {{`folly_bad` cannot be cancelled here}}
    }
  while (true);
}
async_generator<int> producer_bad(async_generator<int> numbers) {
  for (;;) {
    try {
      auto number = co_await numbers.next();
      if (!number)
        co_return;
      co_yield *number;
    } catch (...) { // expected-warning {{`producer_bad` cannot be cancelled here}}
    }
  }
}

// Throws again, leaves, or keeps it.
task<> rethrows_ok(async_generator<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (...) {
      log("failed");
      throw;
    }
  }
}
task<> leaves_ok(async_generator<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (...) {
      break;
    }
  }
}
task<> cancelled_apart_ok(async_generator<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (const asynciter::operation_cancelled &) {
      throw;
    } catch (...) {
      log("failed");
    }
  }
}
task<> kept_ok(async_generator<int> numbers) {
  for (;;) {
    std::exception_ptr failure;
    try {
      co_await numbers.next();
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure)
      std::rethrow_exception(failure);
  }
}
task<> counted_ok(async_generator<int> numbers) {
  int failures = 0;
  for (;;) {
    try {
      co_await numbers.next();
    } catch (...) {
      ++failures;
    }
    if (failures == 3)
      break;
  }
}
task<> handed_on_ok(async_generator<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (const std::exception &failure) {
      handle(failure);
    }
  }
}
task<> looked_at_ok(async_generator<int> numbers) {
  for (;;) {
    bool good = false;
    try {
      good = (co_await numbers.next()).has_value();
    } catch (...) {
      log("failed");
    }
    if (!good)
      break;
  }
}
// Other exceptions.
task<> others_ok(async_generator<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (const std::runtime_error &) {
    } catch (int) {
    }
  }
}
// The next wait throws again, and nobody takes that.
task<> steps_outside_ok(async_generator<int> numbers) {
  while (auto number = co_await numbers.next()) {
    try {
      co_await wait();
    } catch (...) {
      log("failed");
    }
  }
}
task<> waits_outside_ok(async_generator<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (...) {
    }
    co_await wait();
  }
}
// The loop may be told to stop in another way.
task<> condition_ok(async_generator<int> numbers, const bool &running, std::stop_token stop) {
  while (running) {
    try {
      co_await numbers.next();
    } catch (...) {
    }
  }
  for (;;) {
    try {
      co_await numbers.next();
    } catch (...) {
    }
    if (stop.stop_requested())
      break;
  }
}
// No loop, no suspension, no stream.
task<> once_ok(async_generator<int> numbers) {
  try {
    for (;;)
      co_await numbers.next();
  } catch (...) {
  }
  for (;;) {
    try {
      log("nothing is awaited");
    } catch (...) {
    }
    try {
      co_await wait();
    } catch (...) {
    }
  }
}
// Whether this task is cancelled by an exception is not known.
app::task<> unknown_ok(app::stream<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (...) {
    }
  }
}
task<> suppressed_ok(async_generator<int> numbers) {
  for (;;) {
    try {
      co_await numbers.next();
    } catch (...) { // NOLINT(asynciter-swallowed-cancellation)
    }
  }
}
// The sync twin.
void sync_ok() {
  for (;;) {
    try {
      log("a");
    } catch (...) {
    }
  }
}
