// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Philosophers at a table, with timers and callbacks: who cannot have both forks waits, and asks again.
#include "shared/log.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace asio = boost::asio;

namespace {

const app::logger out("table");

class table {
public:
  explicit table(std::size_t places) : taken_(places, false) {}

  bool take_both(std::size_t place) {
    const std::size_t right = (place + 1) % taken_.size();
    if (taken_[place] || taken_[right])
      return false;
    taken_[place] = taken_[right] = true;
    return true;
  }
  void put_back(std::size_t place) { taken_[place] = taken_[(place + 1) % taken_.size()] = false; }

private:
  std::vector<bool> taken_;
};

class philosopher {
public:
  philosopher(asio::strand<asio::io_context::executor_type> on, table &at, std::size_t place, int meals)
      : timer_(on), at_(at), place_(place), left_(meals), random_(static_cast<unsigned>(place)) {}

  void think() {
    if (left_ == 0) {
      out.info(place_, " has had enough, and asked ", asked_, " times in vain");
      return;
    }
    after(20, [this] { try_to_eat(); });
  }

private:
  void try_to_eat() {
    if (!at_.take_both(place_)) {
      ++asked_;
      after(2, [this] { try_to_eat(); });
      return;
    }
    after(10, [this] {
      at_.put_back(place_);
      --left_;
      think();
    });
  }

  template <class Then> void after(int most, Then then) {
    timer_.expires_after(std::chrono::milliseconds(std::uniform_int_distribution<int>(1, most)(random_)));
    timer_.async_wait([then](boost::system::error_code error) {
      if (!error)
        then();
    });
  }

  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             asio::strand<asio::io_context::executor_type>>
      timer_;
  table &at_;
  std::size_t place_;
  int left_, asked_ = 0;
  std::minstd_rand random_;
};

} // namespace

int main() {
  asio::io_context io;
  const auto strand = asio::make_strand(io.get_executor());
  table shared(5);
  std::vector<std::unique_ptr<philosopher>> all;
  for (std::size_t place = 0; place != 5; ++place)
    all.push_back(std::make_unique<philosopher>(strand, shared, place, 20));
  for (const auto &each : all)
    asio::post(strand, [one = each.get()] { one->think(); });
  std::array<std::thread, 2> threads;
  for (std::thread &each : threads)
    each = std::thread([&io] { io.run(); });
  std::ranges::for_each(threads, &std::thread::join);
}
