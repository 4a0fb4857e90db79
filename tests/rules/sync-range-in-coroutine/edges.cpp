// RUN: %verify %s
//
// Templates, macros, lambdas, nested loops, dead code.
#include "user_stream.h"
#include <filesystem>
using app::stream;
using app::task;
namespace fs = std::filesystem;
// expected-note@* 1+ {{instead}}

template <class T> stream<T> template_bad(fs::path dir) {
  for (auto &entry : fs::directory_iterator(dir)) // expected-warning {{`template_bad` goes through a sync range}}
    co_yield T(entry.path().string().size());
}
template stream<int> template_bad(fs::path);
template stream<long> template_bad(fs::path);

#define EACH_FILE(dir) for (auto &entry : fs::directory_iterator(dir))
task<> macro_bad(fs::path dir) {
  EACH_FILE(dir) // expected-warning {{sync range}}
    (void)entry;
  co_return;
}

task<> nested_bad(fs::path dir) {
  for (auto &outer : fs::directory_iterator(dir)) // expected-warning {{sync range}}
    for (auto &inner : fs::directory_iterator(outer.path())) // expected-warning {{sync range}}
      (void)inner;
  co_return;
}

task<> lambda_ok(fs::path dir) {
  auto list = [dir]() -> stream<int> {
    for (auto &entry : fs::directory_iterator(dir)) // expected-warning {{sync range}}
      co_yield static_cast<int>(entry.path().native().size());
  };
  auto files = list();
  while (auto size = co_await files.next())
    app::use(*size);
}
// The loop is in a helper: blocking-call, at the call.
int count(fs::path dir) {
  int n = 0;
  for (auto &entry : fs::directory_iterator(dir)) { // expected-note {{`count` }}
    (void)entry;
    ++n;
  }
  return n;
}
task<int> helper_bad(fs::path dir) {
  co_return count(dir); // expected-warning {{calls `count`}}
}

task<> dead_ok(fs::path dir) {
  co_return;
  for (auto &entry : fs::directory_iterator(dir))
    (void)entry;
}
task<> suppressed_ok(fs::path dir) {
  // NOLINTNEXTLINE(asynciter-sync-range-in-coroutine)
  for (auto &entry : fs::directory_iterator(dir))
    (void)entry;
  co_return;
}
