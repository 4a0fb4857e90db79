// RUN: %verify -Wno-deprecated-coroutine %s
//
// `for co_await` of the Coroutines TS, which Clang still takes: a loop over an
// awaited iterator that steps and tests by itself.
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <unistd.h>
using app::use;

cppcoro::async_generator<int> count(int from);

cppcoro::task<> loop_ok(cppcoro::async_generator<int> numbers) {
  for co_await (int n : numbers)
    use(n);
}
cppcoro::task<> temporary_ok() {
  for co_await (const int &n : count(1))
    use(n);
}
cppcoro::task<> nested_ok(cppcoro::async_generator<int> numbers) {
  for co_await (int n : numbers)
    for co_await (int m : count(n)) {
      if (m == n)
        break;
      use(m);
    }
}
cppcoro::task<> by_hand_ok(app::line_reader &lines) {
  for co_await (auto &line : lines)
    use(static_cast<int>(line.size()));
}

cppcoro::task<> blocks_bad(cppcoro::async_generator<int> numbers) {
  for co_await (int n : numbers)
    ::sleep(n); // expected-warning {{`blocks_bad` blocks its thread: it calls `::sleep`}} expected-note {{instead}}
}
cppcoro::task<> twice_bad(cppcoro::async_generator<int> numbers) {
  for co_await (int n : numbers) // expected-note 2 {{}}
    use(n);
  for co_await (int n : numbers) // expected-warning {{`numbers` is begun again after its end: a stream has one pass only}}
    use(n);
}
// Reported once, at the pattern.
template <class T> cppcoro::task<> pattern_bad(cppcoro::async_generator<T> numbers) {
  for co_await (T n : numbers)
    ::sleep(n); // expected-warning {{`pattern_bad` blocks its thread: it calls `::sleep`}} expected-note {{instead}}
}
template cppcoro::task<> pattern_bad<int>(cppcoro::async_generator<int>);
template cppcoro::task<> pattern_bad<short>(cppcoro::async_generator<short>);

// The sync twin.
void twin_ok() {
  for (int n : {1, 2})
    use(n);
}
