// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The protocol: a class whose step is awaited, and a loop that makes the steps. The end is an empty optional.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/for_each.h"
#include "asynciter/protocol.h"

#include <optional>

using namespace asynciter;

namespace {

class [[nodiscard]] countdown {
public:
  explicit countdown(int start) : left_(start) {}

  task<std::optional<int>> next() {
    if (left_ == 0)
      co_return std::nullopt;
    co_await yield_now();
    co_return left_--;
  }

private:
  int left_;
};
static_assert(stream<countdown>);

task<> async_main() {
  ASYNCITER_FOR(int n, countdown(3)) { print("loop", n); }

  countdown steps(2);
  while (auto n = co_await steps.next())
    print("step", *n);
  print("after the end:", co_await steps.next());
}

} // namespace

int main() { run(async_main()); }
