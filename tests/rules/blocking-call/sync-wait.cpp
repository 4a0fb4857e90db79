// RUN: %verify %s
//
// Every library's way to block on a coroutine, and to run a loop in a loop.
#include "stand-ins/qcoro.h"
#include "user_stream.h"
#include <boost/cobalt.hpp>
#include <concurrencpp/concurrencpp.h>
#include <coro/coro.hpp>
#include <cppcoro/sync_wait.hpp>
#include <folly/coro/BlockingWait.h>
#include <seastar/generator.hh>
#include <unifex/unifex.hpp>
#include <unistd.h>
// expected-note@* 1+ {{instead}}

namespace in_cppcoro {
cppcoro::task<int> answer();
cppcoro::task<int> waits_bad(cppcoro::io_service &loop) {
  loop.process_events();                   // expected-warning {{calls `cppcoro::io_service::process_events`}}
  co_return cppcoro::sync_wait(answer());  // expected-warning {{calls `cppcoro::sync_wait`}}
}
cppcoro::task<int> waits_ok() { co_return co_await answer(); }
// The thread that waits may as well run the loop: nobody else needs it.
void runs_for_the_waiter_ok(cppcoro::io_service &loop) {
  cppcoro::sync_wait(cppcoro::when_all(answer(), [&]() -> cppcoro::task<int> {
    loop.process_events();
    co_return 0;
  }()));
}
// In a coroutine there is a loop already, and what is only started may run on it.
cppcoro::task<int> runs_in_a_coroutine_bad(cppcoro::io_service &loop) {
  co_await cppcoro::when_all(answer(), [&]() -> cppcoro::task<int> {
    loop.process_events(); // expected-warning {{calls `cppcoro::io_service::process_events`}}
    co_return 0;
  }());
  co_return 0;
}
cppcoro::task<int> loop_runner(cppcoro::io_service &loop) {
  loop.process_events(); // expected-warning {{calls `cppcoro::io_service::process_events`}}
  co_return 0;
}
void waits_for_one(cppcoro::io_service &loop) { cppcoro::sync_wait(loop_runner(loop)); }
cppcoro::task<int> awaits_another(cppcoro::io_service &loop) { co_return co_await loop_runner(loop); }
// Whatever else blocks stops what the waiter waits for beside it.
void sleeps_for_the_waiter_bad() {
  cppcoro::sync_wait([]() -> cppcoro::task<int> {
    sleep(1); // expected-warning {{calls `::sleep`}}
    co_return 0;
  }());
}
} // namespace in_cppcoro

namespace in_folly {
folly::coro::Task<int> answer();
folly::coro::Task<int> waits_bad(folly::Baton<> &baton, folly::SemiFuture<int> future, folly::EventBase &loop) {
  folly::coro::blockingWait(answer());  // expected-warning {{calls `folly::coro::block}}
  baton.wait();                         // expected-warning {{calls `folly::Baton::wait`}}
  loop.loopForever();                   // expected-warning {{calls `folly::EventBase::loopForever`}}
  co_return std::move(future).get();    // expected-warning {{calls `folly::SemiFuture::get`}}
}
folly::coro::Task<int> waits_ok(folly::Baton<> &baton) {
  (void)baton.try_wait();
  co_return co_await answer();
}
} // namespace in_folly

namespace in_cobalt {
boost::cobalt::task<int> answer();
boost::cobalt::promise<int> waits_bad() {
  co_return boost::cobalt::run(answer()); // expected-warning {{calls `boost::cobalt::run`}}
}
boost::cobalt::promise<int> waits_ok() { co_return co_await answer(); }
} // namespace in_cobalt

namespace in_qcoro {
QCoro::Task<int> answer();
QCoro::Task<int> waits_bad() {
  co_return QCoro::waitFor(answer()); // expected-warning {{calls `QCoro::waitFor`}}
}
QCoro::Task<int> waits_ok() { co_return co_await answer(); }
} // namespace in_qcoro

namespace in_seastar {
seastar::future<int> answer();
seastar::future<int> waits_bad() {
  co_return answer().get(); // expected-warning {{calls `seastar::future::get`}}
}
seastar::future<int> waits_ok() { co_return co_await answer(); }
seastar::future<int> checked_ok(seastar::future<int> f) {
  if (f.available())
    co_return f.get();
  co_return co_await std::move(f);
}
} // namespace in_seastar

namespace in_libcoro {
coro::task<int> answer();
coro::task<int> waits_bad() {
  co_return coro::sync_wait(answer()); // expected-warning {{calls `coro::sync_wait`}}
}
coro::task<int> waits_ok() { co_return co_await answer(); }
} // namespace in_libcoro

namespace in_concurrencpp {
using concurrencpp::lazy_result;
using concurrencpp::result;
result<int> answer();
lazy_result<int> later();
result<int> waits_bad(result<int> given) {
  given.wait();                  // expected-warning {{calls `concurrencpp::result::wait`}}
  (void)later().run().get();     // expected-warning {{calls `concurrencpp::result::get`}}
  co_return answer().get();      // expected-warning {{calls `concurrencpp::result::get`}}
}
result<int> waits_ok() { co_return co_await answer() + co_await later(); }
} // namespace in_concurrencpp

namespace in_unifex {
unifex::task<int> answer();
unifex::task<int> waits_bad() {
  co_return *unifex::sync_wait(answer()); // expected-warning {{calls `unifex::}}
}
unifex::task<int> waits_ok() { co_return co_await answer(); }
} // namespace in_unifex

// Where blocking is right: outside of every coroutine.
int main() {
  cppcoro::sync_wait(in_cppcoro::answer());
  folly::coro::blockingWait(in_folly::answer());
  boost::cobalt::run(in_cobalt::answer());
  QCoro::waitFor(in_qcoro::answer());
  (void)in_seastar::answer().get();
  coro::sync_wait(in_libcoro::answer());
  in_concurrencpp::answer().get();
  (void)unifex::sync_wait(in_unifex::answer());
}
