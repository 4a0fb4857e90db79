// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sync range where a stream is required: a compile error that says what to do. It has to be lifted.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_stream.h"
#include "asynciter/collect.h"
#include "asynciter/for_each.h"
#include "asynciter/transform.h"

#include <ranges>
#include <vector>

using namespace asynciter;

namespace {

task<> async_main() {
  std::vector<int> numbers{1, 2, 3};
  // ASYNCITER_FOR(int n, numbers) { print(n); }
  // error: asynciter: ASYNCITER_FOR needs an async stream, and this is a sync range: lift it with
  // asynciter::async_stream(range)
  static_assert(!stream<std::vector<int>>);
  print("a list is no async iterable");

  ASYNCITER_FOR(int n, async_stream(numbers)) { print("lifted", n); }

  auto squares = async_stream(std::views::iota(0, 4)) | transform([](int n) { return n * n; });
  print(co_await (std::move(squares) | to<std::vector>()));
}

} // namespace

int main() { run(async_main()); }
