// RUN: %verify --rules=unchecked-end %s
// XFAIL: *
// Rule: unchecked-end
//
// A false alarm. The argument says how many items there are, and the consumer
// takes no more.
#include "user_stream.h"
using app::stream;
using app::task;
using app::use;

stream<int> numbers_below(int end) {
  for (int i = 0; i < end; ++i)
    co_yield i;
}

task<> two_ok() {
  auto numbers = numbers_below(2);
  auto first = co_await numbers.next();
  use(*first);
  auto second = co_await numbers.next();
  use(*second);
}
