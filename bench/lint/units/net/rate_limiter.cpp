// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bucket of tokens that fills with time, and clients that take from it before they send.
#include "shared/log.h"
#include "shared/net.h"

#include <algorithm>
#include <random>

using namespace app;
using namespace std::chrono_literals;

namespace {

const logger out("limiter");

class bucket {
public:
  bucket(double a_second, double capacity) : rate_(a_second), capacity_(capacity), tokens_(capacity) {}

  bool try_take(double count) {
    refill();
    if (tokens_ < count)
      return false;
    tokens_ -= count;
    return true;
  }

  awaitable<void> take(double count) {
    while (!try_take(count)) {
      const std::chrono::duration<double> missing((count - tokens_) / rate_);
      co_await sleep_for(std::chrono::duration_cast<clock::duration>(missing) + 1ms);
    }
  }

private:
  void refill() {
    const auto now = clock::now();
    const std::chrono::duration<double> passed = now - last_;
    tokens_ = std::min(capacity_, tokens_ + passed.count() * rate_);
    last_ = now;
  }

  double rate_, capacity_, tokens_;
  clock::time_point last_ = clock::now();
};

struct tally {
  int sent = 0, refused = 0;
  clock::duration waited{};
};

awaitable<void> patient(bucket &from, tally &count, int messages) {
  for (int each = 0; each != messages; ++each) {
    const auto begin = clock::now();
    co_await from.take(1);
    count.waited += clock::now() - begin;
    ++count.sent;
  }
}

awaitable<void> impatient(bucket &from, tally &count, int messages, unsigned seed) {
  std::minstd_rand random(seed);
  std::uniform_int_distribution<int> pause(1, 20);
  for (int each = 0; each != messages; ++each) {
    ++(from.try_take(1) ? count.sent : count.refused);
    co_await sleep_for(std::chrono::milliseconds(pause(random)));
  }
}

awaitable<void> watch(const tally &count, const bool &over) {
  int last = 0;
  while (!over) {
    co_await sleep_for(200ms);
    out.info(count.sent - std::exchange(last, count.sent), " sent in 200 ms");
  }
}

awaitable<void> everything() {
  using namespace asio::experimental::awaitable_operators;
  bucket shared(100, 10);
  tally slow, fast;
  bool over = false;
  auto clients = [&]() -> awaitable<void> {
    co_await (patient(shared, slow, 60) && impatient(shared, fast, 80, 7) && impatient(shared, fast, 80, 11));
    over = true;
  };
  co_await (clients() && watch(slow, over));
  out.info("patient: ", slow.sent, ", waited ",
           std::chrono::duration_cast<std::chrono::milliseconds>(slow.waited).count(),
           " ms; impatient: ", fast.sent, " and ", fast.refused, " refused");
}

} // namespace

int main() {
  asio::io_context io;
  asio::co_spawn(io, everything(), telling(out));
  io.run();
}
