// REQUIRES: boost-asio
// RUN: %verify %s
//
// Boost's guards.
#include "user_stream.h"
#include <boost/interprocess/sync/file_lock.hpp>
#include <boost/interprocess/sync/scoped_lock.hpp>
#include <boost/thread/lock_guard.hpp>
#include <boost/thread/lock_types.hpp>
#include <boost/thread/locks.hpp>
#include <boost/thread/mutex.hpp>
#include <boost/thread/reverse_lock.hpp>
#include <boost/thread/shared_mutex.hpp>
using app::task;
// expected-note@* 0+ {{release it before, or}}

boost::mutex m;
boost::shared_mutex s;
task<> tick();

task<> guard_bad() {
  boost::lock_guard<boost::mutex> lock(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> unique_bad() {
  boost::unique_lock<boost::mutex> lock(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> shared_bad() {
  boost::shared_lock<boost::shared_mutex> lock(s); // expected-warning {{`lock` holds `s`}}
  co_await tick(); // expected-note {{held here}}
}
task<> scoped_bad() {
  boost::mutex::scoped_lock lock(m); // expected-warning {{`lock` holds `m`}}
  co_await tick(); // expected-note {{held here}}
}
task<> upgrade_bad() {
  boost::upgrade_lock<boost::shared_mutex> lock(s); // expected-warning {{`lock` holds `s`}}
  co_await tick(); // expected-note {{held here}}
}
task<> deferred_ok() {
  boost::unique_lock<boost::mutex> lock(m, boost::defer_lock);
  co_await tick();
}
task<> reversed_ok() {
  boost::unique_lock<boost::mutex> lock(m);
  boost::reverse_lock<boost::unique_lock<boost::mutex>> open(lock);
  co_await tick();
}
task<> only_instance_ok(boost::interprocess::file_lock &file) {
  boost::interprocess::scoped_lock<boost::interprocess::file_lock> lock(file);
  co_await tick();
}
