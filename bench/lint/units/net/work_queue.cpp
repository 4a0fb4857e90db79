// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Coroutines that hand long calculations to a pool of threads and go on with the results on their own loop.
#include "shared/log.h"
#include "shared/net.h"
#include "shared/storage.h"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <numeric>
#include <type_traits>
#include <vector>

using namespace app;

namespace {

const logger out("work");

/// Calls `work` on the pool; the caller goes on where it was.
template <class Work> awaitable<std::invoke_result_t<Work>> offload(asio::thread_pool &pool, Work work) {
  const auto home = co_await asio::this_coro::executor;
  co_await asio::post(pool, use_awaitable);
  auto result = work();
  co_await asio::post(home, use_awaitable);
  co_return result;
}

struct picture {
  int width = 0, height = 0;
  std::vector<unsigned char> pixels;
};

picture mandelbrot(int width, int height) {
  picture made{width, height, {}};
  made.pixels.reserve(static_cast<std::size_t>(width) * height);
  for (int y = 0; y != height; ++y)
    for (int x = 0; x != width; ++x) {
      const double re = 3.0 * x / width - 2, im = 2.0 * y / height - 1;
      double a = 0, b = 0;
      unsigned char steps = 0;
      while (a * a + b * b < 4 && steps != 255) {
        const double next = a * a - b * b + re;
        b = 2 * a * b + im;
        a = next;
        ++steps;
      }
      made.pixels.push_back(steps);
    }
  return made;
}

std::uint32_t checksum_of(const picture &of) {
  return checksum({reinterpret_cast<const char *>(of.pixels.data()), of.pixels.size()});
}

awaitable<void> draw(asio::thread_pool &pool, int size, std::vector<std::uint32_t> &sums) {
  const picture made = co_await offload(pool, [size] { return mandelbrot(size * 3, size * 2); });
  const std::uint32_t sum = co_await offload(pool, [&made] { return checksum_of(made); });
  out.info(made.width, " x ", made.height, ": ", hex(sum));
  sums.push_back(sum);
}

awaitable<void> draw_all(asio::thread_pool &pool) {
  using namespace asio::experimental::awaitable_operators;
  std::vector<std::uint32_t> sums;
  co_await (draw(pool, 10, sums) && draw(pool, 50, sums) && draw(pool, 100, sums));
  out.info("together ", hex(std::accumulate(sums.begin(), sums.end(), 0u)));
}

} // namespace

int main() {
  asio::thread_pool pool(2);
  asio::io_context io;
  asio::co_spawn(io, draw_all(pool), telling(out));
  io.run();
  pool.join();
}
