// RUN: %verify %s
// XFAIL: *
// Rule: stale-item
//
// A missed alarm. The pointers are in a container, which is not followed.
#include <asynciter/async_generator.h>
#include <asynciter/task.h>

#include <vector>

void use(int);

asynciter::task<> kept_bad(asynciter::async_generator<int> numbers) {
  std::vector<const int *> all;
  while (auto number = co_await numbers.next())
    all.push_back(&*number);
  for (const int *one : all)
    use(*one); // expected-warning {{its item is gone}}
}
