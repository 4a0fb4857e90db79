// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An exception goes through the generators to the step, and ends the stream.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

#include <stdexcept>
#include <string>

using namespace asynciter;

namespace {

async_generator<std::string> readings() {
  co_yield "1";
  co_await yield_now();
  co_yield "2";
  co_yield "three";
  co_yield "4";
}

async_generator<int> numbers(async_generator<std::string> texts) {
  ASYNCITER_FOR(const std::string &text, texts) {
    if (text.find_first_not_of("0123456789") != text.npos)
      throw std::invalid_argument("not a number: " + text);
    co_yield std::stoi(text);
  }
}

async_generator<int> forgiving(async_generator<std::string> texts) {
  bool failed = false; // there is no co_yield in a handler
  try {
    co_yield elements_of(numbers(std::move(texts)));
  } catch (const std::invalid_argument &error) {
    print("caught", error.what());
    failed = true;
  }
  if (failed)
    co_yield -1;
}

task<> async_main() {
  auto stream = numbers(readings());
  try {
    ASYNCITER_FOR(int n, stream) { print("got", n); }
  } catch (const std::invalid_argument &error) {
    print("error:", error.what());
  }
  print("after the error:", co_await stream.next());

  ASYNCITER_FOR(int n, forgiving(readings())) { print("got", n); }
}

} // namespace

int main() { run(async_main()); }
