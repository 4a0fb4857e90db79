// RUN: %verify %s
//
// A wait of no length is none, in whatever unit it is passed on.
#include "user_stream.h"
#include <chrono>
#include <thread>
#include <unistd.h>
using app::task;
using namespace std::chrono;
// expected-note@* 1+ {{instead}}

void by_factor(int ms) { usleep(ms * 1000); }                        // expected-note {{calls `::usleep`}}
void by_fraction(double s) { usleep(useconds_t(1e6 * s)); }          // expected-note {{calls `::usleep`}}
void in_seconds(int ms) { sleep(ms / 1000); }                        // expected-note {{calls `::sleep`}}
void made(int ms) { std::this_thread::sleep_for(milliseconds(ms)); } // expected-note {{sleep_for}}
void added(int ms) { usleep(ms + 1); }                               // expected-note {{calls `::usleep`}}

task<> nothing_ok() {
  by_factor(0);
  by_fraction(0);
  in_seconds(0);
  made(0);
  co_return;
}
task<> something_bad() {
  by_factor(1);     // expected-warning {{calls `by_factor`}}
  by_fraction(0.5); // expected-warning {{calls `by_fraction`}}
  in_seconds(1000); // expected-warning {{calls `in_seconds`}}
  made(1);          // expected-warning {{calls `made`}}
  co_return;
}
task<> added_bad() {
  added(0); // expected-warning {{calls `added`}}
  co_return;
}
