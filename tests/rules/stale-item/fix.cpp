// RUN: not-19 %lint --rules=-*,stale-item %s -- %flags | FileCheck-19 %s
//
// The fix makes the reference a copy. It is shown, and left to a person: what
// was meant to be written to the item would be written to the copy.
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <string>

void use(const std::string &);
struct pinned {
  pinned(const pinned &) = delete;
  int id;
};

struct declared_only;
void use(declared_only &);

asynciter::task<> copied_bad(asynciter::async_generator<std::string> lines) {
  auto line = co_await lines.next();
  if (!line)
    co_return;
  const auto &first = *line;
  co_await lines.next();
  use(first);
  // CHECK: [[#@LINE-1]]:7: warning: `first` is used after a further step of `lines`: its item is gone
  // CHECK: note: a change that may be meant
  // CHECK-NEXT: const auto &first = *line;
  // CHECK-NEXT: {{ +[|] +~$}}
}
asynciter::task<> not_copyable_bad(asynciter::async_generator<pinned> all) {
  auto one = co_await all.next();
  if (!one)
    co_return;
  auto &first = *one;
  co_await all.next();
  first.id = 1;
  // CHECK: [[#@LINE-1]]:3: warning: `first` is used after a further step of `all`: its item is gone
  // CHECK-NOT: a change that may be meant
}
// What the item refers to lives elsewhere; and it has no copy that is known of.
asynciter::task<> incomplete_ok(asynciter::async_generator<declared_only &> all) {
  auto one = co_await all.next();
  if (!one)
    co_return;
  auto &first = *one;
  co_await all.next();
  use(first);
}
