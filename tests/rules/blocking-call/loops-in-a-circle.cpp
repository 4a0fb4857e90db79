// RUN: %verify %s
//
// The loop's `begin` calls the function that loops; its `++` is what blocks.
// The chain is told by the shortest way, and ends.
#include "user_stream.h"
#include <unistd.h>

struct walker {
  int operator*();
  walker &operator++();
  bool operator!=(int);
};
struct ring {
  walker begin();
  int end();
};
void again(ring around);

walker ring::begin() {
  again(*this);
  return {};
}
walker &walker::operator++() {
  ::sleep(1); // expected-note {{calls `::sleep`, which puts the thread to sleep}}
  return *this;
}
void again(ring around) {
  for (int one : around) // expected-note {{`again` loops over the range here}}
    (void)one;
}
app::task<> turn_bad() {
  again({}); // expected-warning {{`turn_bad` blocks its thread: it calls `again`}} expected-note {{instead}}
  co_return;
}
