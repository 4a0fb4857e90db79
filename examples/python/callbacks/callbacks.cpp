// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Callbacks, on a thread of a library's own, as a stream.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/channel.h"
#include "asynciter/for_each.h"
#include "asynciter/offload.h"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <thread>

using namespace asynciter;

namespace {

void monitor(std::function<void(int)> on_value, std::function<void()> on_end) {
  for (int value : {3, 1, 4, 1, 5})
    on_value(value);
  on_end();
}

async_generator<int> values(asio::thread_pool &threads) {
  auto loop = current_executor();
  auto there_is_more = asio::make_work_guard(loop);
  auto queue = std::make_shared<channel<int>>(100);

  auto on_value = [=](int value) {
    asio::post(loop, [=] {
      if (!queue->try_send(value))
        print("dropped", value);
    });
  };
  auto on_end = [=] { asio::post(loop, [=] { queue->close(); }); };

  auto join = [&threads](std::thread &thread) {
    return offload(threads, &std::thread::join, std::ref(thread));
  };
  co_await on_exit(join, std::thread(monitor, on_value, on_end));
  ASYNCITER_FOR(int value, *queue) { co_yield value; }
}

task<> async_main(asio::thread_pool &threads) {
  ASYNCITER_FOR(int value, values(threads)) { print("value", value); }
}

} // namespace

int main() {
  asio::thread_pool threads(1);
  run(async_main(threads));
}
