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
// All callers are in sight, and dangling-argument looks at them.
task<> lambda_ok() {
  auto run = [](const std::string &text) -> task<> {
    co_await rest();
    use(text);
  };
  co_await run("x");
  co_await [](const auto &text) -> task<> {
    co_await rest();
    use(text);
  }(std::string("x"));
}
auto global_lambda_ok = [](const std::string &text) -> task<> {
  co_await rest();
  use(text);
};
namespace {
task<> unnamed_ok(const std::string &text) {
  co_await rest();
  use(text);
}
struct sender {
  task<> member_ok(const std::string &text) {
    co_await rest();
    use(text);
  }
};
struct local_type {
  int number;
};
} // namespace
static task<> static_ok(const std::string &text) {
  co_await rest();
  use(text);
}
inline task<> of_local_class_ok() {
  struct local {
    task<> run(const std::string &text) {
      co_await rest();
      use(text);
    }
  };
  co_await local().run("x");
}
task<> callers() {
  co_await unnamed_ok("x");
  co_await sender().member_ok("x");
  co_await static_ok("x");
}
// Others can call it by its base.
struct interface {
  virtual task<> send(const std::string &text) = 0;
};
namespace {
struct implementation final : interface {
  task<> send(const std::string &text) override { // expected-warning {{`text` only refers to its argument, and `implementation::send` uses it}}
    co_await rest();
    use(text);
  }
};
struct own_interface {
  virtual task<> send(const std::string &text) = 0;
};
struct own_implementation final : own_interface {
  task<> send(const std::string &text) override {
    co_await rest();
    use(text);
  }
};
} // namespace
struct member_bad {
  task<> send(const std::string &text) { // expected-warning {{`text` only refers to its argument, and `member_bad::send` uses it}}
    co_await rest();
    use(text);
  }
};
// The compiler looks at each call.
task<> marked_ok(const std::string &text [[clang::lifetimebound]],
                 const std::string &not_marked) { // expected-warning {{`not_marked` only refers}}
  co_await rest();
  use(text);
  use(not_marked);
}
task<> marked_before_ok(const std::string &text [[clang::lifetimebound]]);
task<> marked_before_ok(const std::string &text) {
  co_await rest();
  use(text);
}
template <class T> task<> template_bad(const T &value) { // expected-warning {{`value` only refers}}
  co_await rest();
  use(value);
}
template task<> template_bad(const int &);
template task<> template_bad(const std::string &);
// A type of this file only makes an instance local, not the template.
template <class T> task<> local_instance_bad(const T &value) { // expected-warning {{`value` only refers}}
  co_await rest();
  use(value.number);
}
template <class T> struct box_bad {
  task<> put(const T &value) { // expected-warning {{`value` only refers}}
    co_await rest();
    use(value);
  }
};
// The caller chooses what it hands over.
template <class T> task<> by_value_ok(T value) {
  co_await rest();
  use(std::string(value));
}
template <class... T> task<> values_and_one_bad(const std::string &text, T... values) { // expected-warning {{`text` only refers}}
  co_await rest();
  use(text);
  (use(std::string(values)), ...);
}
template <class... T> task<> pack_bad(const T &...values) { // expected-warning 1+ {{`values` only refers}}
  co_await rest();
  (use(values), ...);
}
template <class T> task<> marked_template_ok(const T &value [[clang::lifetimebound]]) {
  co_await rest();
  use(value);
}
task<> instances(std::string text) {
  co_await local_instance_bad(local_type());
  co_await box_bad<int>().put(1);
  co_await by_value_ok<std::string_view>(text);
  co_await by_value_ok<const std::string &>(text);
  co_await values_and_one_bad<std::string_view, const char *>(text, text, "x");
  co_await pack_bad(text);
  co_await marked_template_ok(text);
}
void plain_ok(const std::string &text) { use(text); }
seastar::future<> callback_ok(void (*done)(int)) {
  co_await seastar::sleep(1);
  done(1);
}
task<> suppressed_ok(const std::string &text) { // NOLINT(asynciter-borrowed-parameter)
  co_await rest();
  use(text);
}
