// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `{item async for ...}` and `{key: value async for ...}`: a stream collected into a set or a map.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/collect.h"
#include "asynciter/transform.h"

#include <map>
#include <set>
#include <string>
#include <utility>

using namespace asynciter;

namespace {

async_generator<std::string> words() {
  for (const char *word : {"an", "async", "iterator", "has", "an", "end"}) {
    co_await yield_now();
    co_yield word;
  }
}

task<> async_main() {
  auto lengths = co_await (words() | transform(&std::string::size) | to<std::set>());
  print(lengths);

  auto with_length = [](std::string word) {
    auto length = word.size();
    return std::pair(std::move(word), length);
  };
  auto length_of = co_await (words() | transform(with_length) | to<std::map>());
  print(length_of);

  auto different = co_await (words() | to<std::set>());
  print(different);
}

} // namespace

int main() { run(async_main()); }
