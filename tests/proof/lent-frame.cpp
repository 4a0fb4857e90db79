// REQUIRES: asio
// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -pthread -fsanitize=address -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: %clang --driver-mode=g++ %flags -pthread -fsanitize=address -DBAD %s -o %t.bad
// RUN: timeout 20 not-19 %t.bad 2>&1 | FileCheck-19 %s
// CHECK: ERROR: AddressSanitizer: {{heap-use-after-free|stack-use-after}}
//
// Work that a generator has started writes into the generator's frame after a
// consumer has dropped it.
#include <asynciter/asio.h>
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <chrono>
#include <memory>
#include <vector>

using namespace std::chrono_literals;

#ifdef BAD
asynciter::task<void> fill(std::vector<int> &items) {
  co_await asynciter::sleep_for(20ms);
  items.push_back(1);
}
asynciter::async_generator<int> numbers() {
  std::vector<int> items(3);
  asynciter::spawn(asynciter::current_executor(), fill(items)); // expected-warning {{`items` is lent to work that goes on when `numbers` is dropped}} expected-note {{the work is started here}}
  for (std::size_t i = 0; i < items.size(); ++i)
    co_yield int(items[i]); // expected-note {{a consumer may drop the stream here}}
}
#else
// expected-no-diagnostics
asynciter::task<void> fill(std::shared_ptr<std::vector<int>> items) {
  co_await asynciter::sleep_for(20ms);
  items->push_back(1);
}
asynciter::async_generator<int> numbers() {
  auto items = std::make_shared<std::vector<int>>(3);
  asynciter::spawn(asynciter::current_executor(), fill(items));
  for (std::size_t i = 0; i < items->size(); ++i)
    co_yield int((*items)[i]);
}
#endif

asynciter::task<void> first() {
  {
    auto stream = numbers();
    co_await stream.next();
  }
  co_await asynciter::sleep_for(60ms);
}

int main() { asynciter::run(first()); }
