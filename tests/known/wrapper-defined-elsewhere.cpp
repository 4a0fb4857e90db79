// RUN: %verify %s
// XFAIL: *
// Rule: dangling-argument
//
// A false alarm. The function is no coroutine, and copies its argument; nothing in
// this file shows it. `[[clang::coro_wrapper]]` would.
#include "user_stream.h"

app::stream<int> lines(const std::string &path);

app::task<> printed_ok() {
  auto all = lines(std::string("a temporary"));
  while (auto line = co_await all.next())
    app::use(*line);
}
