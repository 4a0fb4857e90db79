// RUN: %check_fixes %s
//
// Fixes of several rules in one file, some on one line.
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <optional>
#include <string>
#include <unistd.h>

void use(const std::string &);
class reader {
public:
  asynciter::task<std::optional<std::string>> next();
};
template <class T> struct source {
  asynciter::task<std::optional<T>> next();
};
source<int> numbers;

asynciter::task<> all_of_them(asynciter::async_generator<std::string> lines, reader &from) {
  from.next(); // NOLINT(asynciter-blocking-call)
  ::sleep(1);  // NOLINT(asynciter-blocking-call, asynciter-unawaited-step)
  auto line = co_await lines.next();
  if (!line)
    co_return;
  const auto &first = *line; // NOLINT(asynciter-stale-item)
  lines.next(), from.next();
  co_await lines.next();
  use(first);
}
