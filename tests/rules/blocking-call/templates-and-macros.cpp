// RUN: %verify %s
//
// A template is reported once, whatever it is instantiated with; a macro at
// the place where it is used.
#include "user_stream.h"
#include <unistd.h>
using app::stream;
using app::task;
// expected-note@* 1+ {{instead}}

template <class T> stream<T> ticks_bad(T last) {
  for (T t{}; t != last; ++t) {
    sleep(1); // expected-warning {{`ticks_bad` blocks the event loop between items: it calls `::sleep`}}
    co_yield t;
  }
}
template stream<int> ticks_bad(int);
template stream<long> ticks_bad(long);
auto third() { return ticks_bad('x'); }

// Never instantiated: the call depends on nothing.
template <class T> task<T> uninstantiated_bad(T value) {
  sleep(1); // expected-warning {{calls `::sleep`}}
  co_return value;
}

// A member of a class template.
template <class T> struct feed {
  stream<T> items_bad() {
    usleep(10); // expected-warning {{items_bad` blocks}}
    co_yield T{};
  }
};
template struct feed<int>;
template struct feed<char>;

// Only one instantiation blocks.
struct blocking_backend {
  static void get() { sleep(1); } // expected-note 2 {{calls `::sleep`, which}}
};
struct waiting_backend {
  static void get() {}
};
template <class Backend> task<> chosen() {
  Backend::get(); // expected-warning {{get`}}
  co_return;
}
template task<> chosen<blocking_backend>();
template task<> chosen<waiting_backend>();
template <class Backend> task<> chosen_ok() {
  Backend::get();
  co_return;
}
template task<> chosen_ok<waiting_backend>();

// A member template of a class template, whose instances are the class's.
template <class T> struct pool {
  template <class Backend> task<> fetch_bad() {
    Backend::get(); // expected-warning {{get`}}
    co_return;
  }
  template <class Backend> task<> fetch_ok() {
    Backend::get();
    co_return;
  }
};
auto fetched() { return pool<int>().fetch_bad<blocking_backend>(); }
auto fetched_ok() { return pool<int>().fetch_ok<waiting_backend>(); }

// if constexpr in a template.
template <bool MayBlock> task<> switched_ok() {
  if constexpr (MayBlock)
    sleep(1);
  co_return;
}
template task<> switched_ok<false>();

#define NAP(n) ::sleep(n)
#define PRODUCE_BAD(name)                                                                                             \
  stream<int> name() {                                                                                                \
    NAP(1);                                                                                                           \
    co_yield 1;                                                                                                       \
  }
task<> macro_bad() {
  NAP(1); // expected-warning {{calls `::sleep`}}
  co_return;
}
PRODUCE_BAD(whole_function_bad) // expected-warning {{`whole_function_bad` blocks}}
