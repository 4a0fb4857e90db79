// RUN: %verify %s
//
// Opening a file by a stream's constructor or `open`.
#include "user_stream.h"
#include <fstream>
#include <string>
using app::task;
// expected-note@* 1+ {{instead}}

task<> open_bad(const std::string &path) {
  std::ifstream in(path); // expected-warning {{blocks}}
  co_return;
}
task<> open_later_bad(const std::string &path) {
  std::ofstream out;
  out.open(path); // expected-warning {{blocks}}
  co_return;
}
task<> not_opened_ok() {
  std::ifstream in;
  co_return;
}
void twin_ok(const std::string &path) { std::ifstream in(path); }
