// RUN: %verify %s
//
// One consumer, written in all the ways that types and functions can be named:
// aliases, `auto`, templates, lambdas, members, nested coroutines.
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
#include <folly/coro/AsyncGenerator.h>
#include <memory>
#include <unifex/unifex.hpp>
#include <vector>
using app::use;

namespace aliases {
using numbers = cppcoro::async_generator<int>;
template <class T> using generator = folly::coro::AsyncGenerator<T>;
namespace lib = unifex;
cppcoro::task<> class_bad(numbers all) {
  auto it = co_await all.begin(); // expected-note {{the step is here}}
  use(*it); // expected-warning {{`it` is read without a test for end}}
}
folly::coro::Task<> template_bad(generator<int> all) {
  auto one = co_await all.next(); // expected-note {{the step is here}}
  use(*one); // expected-warning {{`one` is read without a test for end}}
}
lib::task<void> name_space_bad(lib::range_stream all) {
  using namespace lib;
  auto one = co_await done_as_optional(next(all)); // expected-note {{the step is here}}
  use(*one); // expected-warning {{`one` is read without a test for end}}
  co_await lib::cleanup(all);
}
} // namespace aliases

namespace deduced {
app::stream<int> count(int to);
app::task<> automatic_bad() {
  auto all = count(3);
  auto &again = all;
  auto one = co_await again.next(); // expected-note {{the step is here}}
  const auto &copy = one;
  use(*copy); // expected-warning {{is read without a test for end}}
}
app::task<> automatic_ok() {
  auto all = count(3);
  auto &again = all;
  while (const auto &one = co_await again.next())
    use(*one);
}
auto returned_bad(app::stream<int> all) -> app::task<int> {
  auto one = co_await all.next(); // expected-note {{the step is here}}
  co_return *one; // expected-warning {{`one` is read without a test for end}}
}
} // namespace deduced

// Once for all that is made of it, at the pattern.
namespace templates {
template <class T> app::task<> function_bad(app::stream<T> all) {
  auto one = co_await all.next(); // expected-note {{the step is here}}
  use(*one); // expected-warning {{`one` is read without a test for end}}
}
template app::task<> function_bad<int>(app::stream<int>);
template app::task<> function_bad<short>(app::stream<short>);
template <class Stream> app::task<> of_any_stream_bad(Stream all) {
  all.next(); // expected-warning {{`next` is called but never awaited}}
  while (auto one = co_await all.next())
    use(*one);
}
app::task<> uses(app::stream<int> some, app::stream<short> others) {
  co_await of_any_stream_bad(std::move(some));
  co_await of_any_stream_bad(std::move(others));
}
template <class T> struct reader {
  app::stream<T> all;
  app::task<> read_bad() {
    auto one = co_await all.next(); // expected-note {{the step is here}}
    use(*one); // expected-warning {{`one` is read without a test for end}}
  }
  app::task<> read_ok() {
    while (auto one = co_await all.next())
      use(*one);
  }
};
template struct reader<int>;
template struct reader<short>;
template <class T> app::task<> silenced_ok(app::stream<T> all) {
  auto one = co_await all.next();
  use(*one); // NOLINT(asynciter-unchecked-end)
}
template app::task<> silenced_ok<int>(app::stream<int>);
} // namespace templates

namespace lambdas {
void all_of_them(app::stream<int> &all) {
  auto plain_bad = [](app::stream<int> &from) -> app::task<> {
    auto one = co_await from.next(); // expected-note {{the step is here}}
    use(*one); // expected-warning {{`one` is read without a test for end}}
  };
  auto generic_bad = [](auto &from) -> app::task<> {
    from.next(); // expected-warning {{`next` is called but never awaited}}
    co_return;
  };
  auto ok = [](app::stream<int> &from) -> app::task<> {
    while (auto one = co_await from.next())
      use(*one);
  };
  app::spawn(plain_bad(all));
  app::spawn(generic_bad(all));
  app::spawn(ok(all));
}
} // namespace lambdas

namespace members {
class session {
  app::stream<int> all;
  std::unique_ptr<app::stream<int>> owned;
  std::vector<app::stream<int>> many;

public:
  app::task<> field_bad() {
    auto one = co_await all.next(); // expected-note {{the step is here}}
    use(*one); // expected-warning {{`one` is read without a test for end}}
  }
  app::task<> pointer_bad() {
    auto one = co_await owned->next(); // expected-note {{the step is here}}
    use(*one); // expected-warning {{`one` is read without a test for end}}
  }
  app::task<> element_bad() {
    many[0].next(); // expected-warning {{`next` is called but never awaited}}
    for (auto &each : many)
      each.next(); // expected-warning {{`next` is called but never awaited}}
    co_return;
  }
  app::task<> loop_ok() {
    for (auto &each : many)
      while (auto one = co_await each.next())
        use(*one);
  }
};
} // namespace members

namespace nested {
app::stream<int> outer_bad(app::stream<int> all) {
  auto inner = [](app::stream<int> &from) -> app::task<int> {
    auto one = co_await from.next(); // expected-note {{the step is here}}
    co_return *one; // expected-warning {{`one` is read without a test for end}}
  };
  co_yield co_await inner(all);
}
app::stream<int> relayed_ok(app::stream<app::stream<int>> all) {
  while (auto each = co_await all.next())
    while (auto one = co_await each->next())
      co_yield *one;
}
} // namespace nested

// The sync twin.
int twin_ok(std::vector<std::optional<int>> &all) {
  auto one = all.begin();
  return **one;
}
