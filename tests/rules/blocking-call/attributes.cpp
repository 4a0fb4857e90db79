// RUN: %verify %s
//
// What a header says about its own functions, by attribute.
#include "user_stream.h"
#include <unistd.h>
using app::task;

void vendor_fetch() [[clang::blocking]];
[[clang::annotate("asynciter::blocking")]] int vendor_query(int);
void vendor_peek() [[clang::nonblocking]];

task<> declared_bad() {
  vendor_fetch();  // expected-warning {{calls `vendor_fetch`}} expected-note {{`vendor_fetch` is declared blocking}}
  vendor_query(1); // expected-warning {{calls `vendor_query`}} expected-note {{`vendor_query` is declared blocking}}
  co_return;
}
task<> declared_ok() {
  vendor_peek();
  co_return;
}
// The author's word stands over what the body shows.
inline void guarded_read(int fd) noexcept [[clang::nonblocking]] {
  char c;
  ::read(fd, &c, 1);
}
task<> vouched_ok() {
  guarded_read(0);
  co_return;
}
