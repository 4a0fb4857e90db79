// RUN: %verify %s
// XFAIL: *
// Rule: endless-async-iterator
//
// A false alarm. The ticker has an `optional` only because the interface of the
// program's streams asks for one.
#include "user_stream.h"
#include <optional>

struct source {
  virtual ~source() = default;
  virtual app::task<std::optional<int>> next() = 0;
};
struct ticker_ok : source {
  app::task<std::optional<int>> next() override { co_return ++count; }
  int count = 0;
};
