// RUN: %verify --rules=-*,borrowed-parameter %s
#include "user_stream.h"

#include <functional>
#include <memory>
#include <span>
#include <seastar/generator.hh>
#include <string>
#include <string_view>
#include <vector>

using app::stream;
using app::task;
using app::use;

task<> rest();

task<> kinds_bad(const std::string &text,                         // expected-warning {{`text` only refers to its argument, and `kinds_bad` uses it after a suspension}}
                 std::string &&moved,                             // expected-warning {{`moved` only refers}}
                 std::string_view view,                           // expected-warning {{`view` only refers}}
                 std::span<const int> numbers,                    // expected-warning {{`numbers` only refers}}
                 const int *pointer,                              // expected-warning {{`pointer` only refers}}
                 std::vector<int>::iterator at,                   // expected-warning {{`at` only refers}}
                 std::reference_wrapper<const std::string> ref) { // expected-warning {{`ref` only refers}}
  co_await rest();
  use(text);
  use(moved);
  use(std::string(view));
  use(numbers[0] + *pointer + *at);
  use(ref.get());
}
task<> values_ok(std::string text, std::vector<int> numbers, std::unique_ptr<int> pointer, int number) {
  co_await rest();
  use(text);
  use(numbers[0] + *pointer + number);
}
task<> before_ok(const std::string &text, std::string_view view) {
  const std::string kept = text + std::string(view);
  co_await rest();
  use(kept);
}
// A generator does not begin before its first step.
stream<int> letters_bad(const std::string &word) { // expected-warning {{`word` only refers to its argument, and `letters_bad` uses it after a suspension}}
  const auto size = word.size();
  for (std::size_t i = 0; i < size; ++i)
    co_yield 1;
}
stream<int> unused_ok(const std::string &, const std::string &word) { co_yield 1; }
task<> loop_bad(const std::string &text) { // expected-warning {{`text` only refers}}
  for (int turn = 0; turn < 3; ++turn) {
    use(text);
    co_await rest();
  }
}
task<> lambda_bad() {
  auto run = [](const std::string &text) -> task<> { // expected-warning {{`text` only refers to its argument, and the lambda uses it after a suspension}}
    co_await rest();
    use(text);
  };
  co_await run("x");
}
template <class T> task<> template_bad(const T &value) { // expected-warning {{`value` only refers}}
  co_await rest();
  use(value);
}
template task<> template_bad(const int &);
template task<> template_bad(const std::string &);
void plain_ok(const std::string &text) { use(text); }
seastar::future<> callback_ok(void (*done)(int)) {
  co_await seastar::sleep(1);
  done(1);
}
task<> suppressed_ok(const std::string &text) { // NOLINT(asynciter-borrowed-parameter)
  co_await rest();
  use(text);
}
