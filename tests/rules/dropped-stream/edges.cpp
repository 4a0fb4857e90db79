// RUN: %verify %s
//
// Templates once, macros, members, lambdas, dead code.
#include "user_stream.h"
using app::stream;
using app::task;
using app::use;

stream<int> numbers();
template <class T> stream<T> numbers_of();

template <class T> task<> template_bad() {
  numbers_of<T>(); // expected-warning {{`numbers_of` creates is never iterated}}
  co_return;
}
template task<> template_bad<int>();
template task<> template_bad<long>();

struct feed {
  stream<int> items();
  static stream<int> all();
  stream<int> operator()();
};
task<> members_bad(feed f) {
  f.items();   // expected-warning {{creates is never iterated}}
  feed::all(); // expected-warning {{creates is never iterated}}
  co_return;
}
// A getter lends its stream: nothing is created.
struct owner {
  stream<int> &lent() { return inner; }
  stream<int> inner;
};
task<> lent_ok(owner &o) {
  o.lent();
  auto &same = o.lent();
  (void)same;
  co_return;
}

task<> lambda_stream_bad() {
  auto make = []() -> stream<int> { co_yield 1; };
  make(); // expected-warning {{never iterated}}
  co_return;
}
task<> inside_lambda_bad() {
  auto start = [] {
    numbers(); // expected-warning {{never iterated}}
  };
  start();
  co_return;
}
task<> lambda_result_ok() {
  auto start = [] { return numbers(); };
  auto all = start();
  co_await all.next();
}

#define START(s) s()
task<> macro_bad() {
  START(numbers); // expected-warning {{never iterated}}
  co_return;
}
// Branches and loops.
task<> branches_bad(bool b) {
  if (b)
    numbers(); // expected-warning {{never iterated}}
  for (int i = 0; i < 3; ++i)
    numbers(); // expected-warning {{never iterated}}
  co_return;
}
task<> used_on_one_path_ok(bool b) {
  auto all = numbers();
  if (b)
    co_await all.next();
}
task<> dead_ok() {
  if constexpr (false)
    numbers();
  co_return;
  numbers();
}
task<> unevaluated_ok() {
  using type = decltype(numbers());
  (void)sizeof(numbers());
  co_return;
}
task<> suppressed_ok() {
  numbers(); // NOLINT(asynciter-dropped-stream)
  co_return;
}
// Objects that only read: a step of a temporary stream is a use of it.
task<> stepped_temporary_ok() {
  while (auto item = co_await numbers().next()) // expected-warning {{creates the stream anew}}
    use(*item);
}
// A reader object has effects of its own.
task<> reader_object_ok() {
  app::row_reader rows("select 1");
  app::line_reader lines;
  co_return;
}
// A type that is declared and no more: in a template it may stand as a local's.
template <class T> class declared_template;
template <class T> declared_template<T> make_declared();
template <class T> task<> undefined_type_ok() {
  declared_template<T> unseen = make_declared<T>();
  co_return;
}
// A reference to something that is only declared.
struct declared_only;
declared_only &somebody();
task<> declared_only_ok() {
  declared_only &there = somebody();
  co_return;
}
// A template that derives from itself, and is never instantiated.
template <int N> struct recursive : recursive<N - 1> {};
template <> struct recursive<0> {};
template <int N> recursive<N> make_recursive();
template <int N> task<> recursive_ok() {
  auto kept = make_recursive<N>();
  recursive<N> named = kept;
  make_recursive<N>();
  co_return;
}
