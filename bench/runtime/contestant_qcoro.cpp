// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QCoro::AsyncGenerator, over the same Asio loop as the others: it awaits whatever it is given. The cast is
// for GCC 12, which cannot tell the type of a discarded co_await in a template.
#define BENCH_FOR_EACH(item, stream)                                                                         \
  for (auto item = co_await (stream).begin(); item != (stream).end(); static_cast<void>(co_await ++item))

#include "registry.h"
#include "scenarios.h"
#include "textbook.h"

#include <qcoroasyncgenerator.h>

namespace {

struct library {
  using stream = QCoro::AsyncGenerator<int>;
  using task = textbook::task<bench::result>;
};

[[maybe_unused]] const bool added = [] {
  scenarios<library>::add("QCoro", "QCoro");
  scenarios<library>::add_hop("QCoro");
  return true;
}();

} // namespace
