// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Three stages with channels between them: numbers, the primes of them, and sums of those.
#include "shared/log.h"
#include "shared/net.h"

#include <boost/asio/experimental/channel.hpp>

#include <cstdint>
#include <memory>
#include <vector>

using namespace app;

namespace {

const logger out("pipeline");

using number_channel = asio::experimental::channel<void(error_code, std::uint64_t)>;

bool is_prime(std::uint64_t number) {
  if (number < 4)
    return number > 1;
  for (std::uint64_t divisor = 2; divisor * divisor <= number; ++divisor)
    if (number % divisor == 0)
      return false;
  return true;
}

/// The items of a channel; nothing once it is closed.
awaitable<std::optional<std::uint64_t>> receive(number_channel &from) {
  error_code error;
  const std::uint64_t item = co_await from.async_receive(asio::redirect_error(use_awaitable, error));
  if (error)
    co_return std::nullopt;
  co_return item;
}

awaitable<void> produce(number_channel &to, std::uint64_t limit) {
  for (std::uint64_t number = 1; number < limit; ++number)
    co_await to.async_send(error_code(), number, use_awaitable);
  to.close();
}

awaitable<void> sieve(number_channel &from, number_channel &to) {
  std::size_t dropped = 0;
  while (const auto number = co_await receive(from))
    if (is_prime(*number))
      co_await to.async_send(error_code(), *number, use_awaitable);
    else
      ++dropped;
  to.close();
  out.info("dropped ", dropped);
}

struct statistics {
  std::uint64_t sum = 0, largest = 0, count = 0;
};

awaitable<statistics> sum(number_channel &from) {
  statistics result;
  while (const auto number = co_await receive(from)) {
    result.sum += *number;
    result.largest = std::max(result.largest, *number);
    ++result.count;
  }
  co_return result;
}

awaitable<void> run(std::uint64_t limit) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  number_channel numbers(executor, 16), primes(executor, 4);
  const statistics found = co_await (produce(numbers, limit) && sieve(numbers, primes) && sum(primes));
  out.info(found.count, " primes below ", limit, ", the largest is ", found.largest, ", the sum is ",
           found.sum);
}

} // namespace

int main() {
  asio::io_context io;
  for (const std::uint64_t limit : {100, 1'000, 10'000})
    asio::co_spawn(io, run(limit), telling(out));
  io.run();
}
