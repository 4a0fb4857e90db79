// RUN: %check_fixes %s
// RUN: FileCheck-19 --input-file=%t/unsafe-stale-item.cpp %s --match-full-lines
//
// The reference is made a copy where the item can be copied. Unsafe: what was
// written to the item is written to the copy then.
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <string>

void use(const std::string &);
struct pinned {
  pinned(const pinned &) = delete;
  int id;
};

// CHECK: {{.*}} constant({{.*}}
asynciter::task<> constant(asynciter::async_generator<std::string> lines) {
  auto line = co_await lines.next();
  if (!line)
    co_return;
  const auto &first = *line;
  // CHECK: const auto first = *line;
  co_await lines.next();
  use(first);
}
// CHECK: {{.*}} several({{.*}}
asynciter::task<> several(asynciter::async_generator<std::string> lines, asynciter::async_generator<int> numbers) {
  auto line = co_await lines.next();
  auto number = co_await numbers.next();
  if (!line || !number)
    co_return;
  std::string &first = *line;
  // CHECK: std::string first = *line;
  auto &&second = *number;
  // CHECK: auto second = *number;
  co_await lines.next();
  co_await numbers.next();
  use(first + std::to_string(second));
  use(first);
}
// Left to a person.
// CHECK: {{.*}} no_copy({{.*}}
asynciter::task<> no_copy(asynciter::async_generator<pinned> all) {
  auto one = co_await all.next();
  if (!one)
    co_return;
  auto &first = *one;
  // CHECK: auto &first = *one;
  co_await all.next();
  first.id = 1;
}
// CHECK: {{.*}} pointer({{.*}}
asynciter::task<> pointer(asynciter::async_generator<std::string> lines) {
  auto line = co_await lines.next();
  if (!line)
    co_return;
  const std::string *first = &*line;
  // CHECK: const std::string *first = &*line;
  co_await lines.next();
  use(*first);
}
