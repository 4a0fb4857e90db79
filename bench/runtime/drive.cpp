// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "drive.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace {

asio::io_context loop(1);

} // namespace

void bench::resume_in_loop(std::coroutine_handle<> waiting) {
  asio::post(loop, [waiting] { waiting.resume(); });
}

void bench::run_loop() {
  loop.restart();
  loop.run();
}
