// RUN: %verify %s
//
// A stream is in memory when what it was made from is, however it is reached.
#include "user_stream.h"
#include <fstream>
#include <istream>
#include <sstream>
#include <string>
using app::task;

struct point {
  int x, y;
};
std::istream &operator>>(std::istream &in, point &to) {
  return in >> to.x >> to.y; // expected-note {{waits for data}}
}
int parse(std::istream &in) {
  std::istream &alias = in;
  std::string a, b;
  std::getline(std::getline(alias, a), b); // expected-note {{waits for data}}
  return int(a.size());
}

task<> extracted_ok(std::string text) {
  std::istringstream in(text);
  point p;
  in >> p;
  co_return;
}
task<> parsed_ok(std::string text) {
  std::istringstream in(text);
  parse(in);
  co_return;
}
task<> over_a_buffer_ok(std::string text) {
  std::stringbuf memory(text);
  std::istream in(&memory);
  parse(in);
  co_return;
}
task<> extracted_bad(std::ifstream in) {
  point p;
  in >> p; // expected-warning {{`extracted_bad` blocks its thread}} expected-note {{instead}}
  co_return;
}
// One mistake, told once.
task<> chained_bad(std::ifstream in) {
  int a, b;
  in >> a >> b; // expected-warning {{`chained_bad` blocks its thread}} expected-note {{instead}}
  co_return;
}
task<> parsed_bad(std::ifstream in) {
  parse(in); // expected-warning {{`parsed_bad` blocks its thread}} expected-note {{instead}}
  co_return;
}
