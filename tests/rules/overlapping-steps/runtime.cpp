// RUN: %verify %s
#include <asynciter/async_generator.h>
#include <asynciter/async_scope.h>
#include <asynciter/channel.h>
#include <asynciter/for_each.h>
#include <asynciter/task.h>
#include <asynciter/when_all.h>
#include <asynciter/when_any.h>

using asynciter::async_generator;
using asynciter::task;

void use(int);
task<> tick();

task<> drain(async_generator<int> &from) {
  while (auto item = co_await from.next())
    use(*item);
}
task<> receive(asynciter::channel<int> &from) {
  while (auto item = co_await from.next())
    use(*item);
}

task<> both_bad(async_generator<int> gen) {
  co_await asynciter::when_all( // expected-note {{`when_all` runs both at once}}
      drain(gen),  // expected-note {{the other step is started here}}
      drain(gen)); // expected-warning {{`drain` steps `gen` while another step of it is pending}}
}
task<> spawned_bad(async_generator<int> gen) {
  asynciter::async_scope scope;
  scope.spawn(drain(gen)); // expected-note {{the other step is started here}}
  co_await drain(gen);     // expected-warning {{`drain` steps `gen` while another step of it is pending}}
  co_await scope.join();
}

task<> raced_ok(async_generator<int> gen) { co_await asynciter::when_any(drain(gen), tick()); }
task<> joined_ok(async_generator<int> gen) {
  asynciter::async_scope scope;
  scope.spawn(drain(gen));
  co_await scope.join();
  co_await drain(gen);
}
task<> loops_ok(async_generator<int> gen) {
  ASYNCITER_FOR(int &item, gen) {
    if (item > 3)
      break;
    use(item);
  }
  co_await gen.close();
}
task<> each_ok(async_generator<int> gen) {
  co_await asynciter::for_each(gen, [](int &item) { use(item); });
}
// A channel is made for several consumers.
task<> channel_ok(asynciter::channel<int> &jobs) { co_await asynciter::when_all(receive(jobs), receive(jobs)); }
