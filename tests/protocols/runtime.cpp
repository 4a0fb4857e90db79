// RUN: %verify %s
//
// The shapes of the runtime that comes with the linter, on its own headers:
// adaptors and pipelines, for_each, closing, channels, locks, permits, scopes.
#include <asynciter/adaptors.h>
#include <asynciter/async_generator.h>
#include <asynciter/async_mutex.h>
#include <asynciter/async_scope.h>
#include <asynciter/async_semaphore.h>
#include <asynciter/channel.h>
#include <asynciter/cleanup.h>
#include <asynciter/for_each.h>
#include <asynciter/sync_wait.h>
#include <asynciter/task.h>

#include <chrono>
#include <memory>
#include <thread>
using asynciter::async_generator;
using asynciter::filter;
using asynciter::take;
using asynciter::task;
using asynciter::transform;
void use(int);
async_generator<int> count(int from);

namespace pipelines {
task<> loop_ok(async_generator<int> numbers) {
  auto some = numbers | filter([](int n) { return n > 1; }) | transform([](int n) { return n + 1; }) | take(3);
  while (auto n = co_await some.next())
    use(*n);
}
task<> temporary_ok() {
  auto some = count(1) | take(3);
  while (auto n = co_await some.next())
    use(*n);
}
// The second take goes on where the first one stopped.
task<> in_parts_ok(async_generator<int> numbers) {
  auto header = numbers | take(1);
  while (auto n = co_await header.next())
    use(*n);
  auto body = numbers | take(3);
  while (auto n = co_await body.next())
    use(*n);
}
task<> dropped_bad(async_generator<int> numbers) {
  auto some = numbers | take(3); // expected-warning {{the stream that `operator|` creates is never iterated: nothing uses `some`}}
  take(numbers, 3); // expected-warning {{the stream that `take` creates is never iterated}}
  co_return;
}
task<> unchecked_bad(async_generator<int> numbers) {
  auto some = numbers | take(3);
  auto n = co_await some.next(); // expected-note {{the step is here}}
  use(*n); // expected-warning {{`n` is read without a test for end}}
}
task<> unawaited_bad(async_generator<int> numbers) {
  auto some = numbers | take(3);
  some.next(); // expected-warning {{`next` is called but never awaited}}
  while (auto n = co_await some.next())
    use(*n);
}
} // namespace pipelines

namespace loops {
task<> for_each_ok(async_generator<int> numbers) {
  co_await asynciter::for_each(numbers, [](int n) { use(n); });
  co_await asynciter::for_each(count(1) | take(3), [](int n) { use(n); });
}
task<> closing_ok() {
  co_await asynciter::closing(count(1), [](auto &numbers) -> task<> {
    while (auto n = co_await numbers.next())
      use(*n);
  });
}
} // namespace loops

namespace locks {
task<> across_awaits_ok(asynciter::async_mutex &lock, async_generator<int> numbers) {
  auto held = co_await lock.lock();
  while (auto n = co_await numbers.next())
    use(*n);
}
task<> tried_ok(asynciter::async_mutex &lock, async_generator<int> numbers) {
  if (!lock.try_lock())
    co_return;
  asynciter::async_mutex::guard held(lock, std::adopt_lock);
  while (auto n = co_await numbers.next())
    use(*n);
}
async_generator<int> lock_bad(asynciter::async_mutex &lock) {
  auto held = co_await lock.lock(); // expected-warning {{the lock `held` stays open while the consumer of `lock_bad` has an item}}
  co_yield 1; // expected-note {{it is open here}}
}
async_generator<int> permit_bad(asynciter::async_semaphore &places) {
  auto place = co_await places.hold(); // expected-warning {{`place` stays open while the consumer of `permit_bad` has an item}}
  co_yield 1; // expected-note {{it is open here}}
}
async_generator<int> bare_permit_bad(asynciter::async_semaphore &places) {
  co_await places.acquire(); // expected-warning {{the permit `places` stays open while the consumer of `bare_permit_bad` has an item}}
  co_yield 1; // expected-note {{it is open here}}
  places.release();
}
void keep(asynciter::async_semaphore::permit);
async_generator<int> released_ok(asynciter::async_mutex &lock, asynciter::async_semaphore &places) {
  {
    auto held = co_await lock.lock();
    auto place = co_await places.hold();
  }
  co_yield 1;
  auto held = co_await lock.lock();
  auto place = co_await places.hold();
  auto kept = co_await places.hold();
  held.unlock();
  place.release();
  keep(std::move(kept));
  co_yield 2;
}
} // namespace locks

namespace scopes {
task<> child(int number);
task<> joined_ok(bool more) {
  asynciter::async_scope children;
  children.spawn(child(1));
  if (more)
    children.spawn(child(2));
  co_await children.join();
}
task<> unused_ok() {
  asynciter::async_scope children;
  co_return;
}
task<> handed_on_ok() {
  co_await asynciter::with_scope([](asynciter::async_scope &children) -> task<> {
    children.spawn(child(1));
    co_return;
  });
}
task<> not_joined_bad() {
  asynciter::async_scope children; // expected-warning {{`children` can be destroyed without `join`: its destructor ends the program while a child runs}}
  children.spawn(child(1));
} // expected-note {{its scope ends here without `join`}}
task<> left_early_bad(bool early) {
  asynciter::async_scope children; // expected-warning {{`children` can be destroyed without `join`}}
  children.spawn(child(1));
  if (early)
    co_return; // expected-note {{this leaves its scope without `join`}}
  co_await children.join();
}
async_generator<int> across_yield_bad() {
  asynciter::async_scope children; // expected-warning {{the task scope `children` stays open while the consumer of `across_yield_bad` has an item}}
  children.spawn(child(1));
  co_yield 1; // expected-note {{it is open here}}
  co_await children.join();
}
async_generator<int> on_exit_ok() {
  auto &children = co_await asynciter::on_exit(
      [](std::unique_ptr<asynciter::async_scope> &all) { return all->join(); },
      std::make_unique<asynciter::async_scope>());
  children->spawn(child(1));
  co_yield 1;
}
} // namespace scopes

namespace blocking {
task<> sync_wait_bad() {
  asynciter::sync_wait(scopes::child(1)); // expected-warning {{`sync_wait_bad` blocks its thread: it calls `asynciter::sync_wait`}} expected-note {{`co_await` it}}
  co_return;
}
task<> body_bad(async_generator<int> numbers) {
  while (auto n = co_await numbers.next())
    std::this_thread::sleep_for(std::chrono::seconds(*n)); // expected-warning {{blocks its thread}} expected-note {{`co_await asynciter::sleep_for(d)`}}
}
// The sync twin.
void twin_ok() { asynciter::sync_wait(scopes::child(1)); }
} // namespace blocking
