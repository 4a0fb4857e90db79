// RUN: %verify %s
// REQUIRES: asio
//
// A stream whose producer runs on other threads: its destructor waits for them.
#include <asynciter/offload_stream.h>
#include <asynciter/for_each.h>
#include <asynciter/take.h>
#include <asynciter/task.h>

#include <asio/thread_pool.hpp>
#include <vector>
using asynciter::offload_stream;
using asynciter::task;
void use(int);

task<> to_its_end_ok(asio::thread_pool &workers, std::vector<int> numbers) {
  auto items = offload_stream(workers, numbers);
  while (auto n = co_await items.next())
    use(*n);
}
task<> closed_ok(asio::thread_pool &workers, std::vector<int> numbers) {
  auto items = offload_stream(workers, numbers);
  if (auto n = co_await items.next())
    use(*n);
  co_await items.close();
}
task<> loops_close_it_ok(asio::thread_pool &workers, std::vector<int> numbers) {
  ASYNCITER_FOR (int n, offload_stream(workers, numbers))
    if (n == 2)
      break;
  co_await asynciter::for_each(offload_stream(workers, numbers), [](int n) { use(n); });
}
task<> left_bad(asio::thread_pool &workers, std::vector<int> numbers) {
  auto items = offload_stream(workers, numbers); // expected-warning {{`items` can be destroyed without `close`: its destructor blocks until the worker has stopped}}
  while (auto n = co_await items.next())
    if (*n == 2)
      break;
} // expected-note {{its scope ends here without `close`}}
