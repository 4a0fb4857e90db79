// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One step by hand, with something to fall back on at the end.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"

#include <string>
#include <vector>

using namespace asynciter;

namespace {

async_generator<std::string> words(std::vector<std::string> given) {
  for (std::string &word : given) {
    co_await yield_now();
    co_yield word;
  }
}

task<std::string> next_or(async_generator<std::string> &stream, std::string otherwise) {
  auto word = co_await stream.next();
  co_return word ? *word : otherwise;
}

task<> async_main() {
  auto stream = words({"one", "two"});
  print(co_await next_or(stream, "nothing"));
  print(co_await next_or(stream, "nothing"));
  print(co_await next_or(stream, "nothing"));
  print(co_await next_or(stream, "still nothing"));

  auto empty = words({});
  try {
    auto word = co_await empty.next();
    print(word.value());
  } catch (const end_of_stream &) {
    print("an empty stream has no first word");
  }
}

} // namespace

int main() { run(async_main()); }
