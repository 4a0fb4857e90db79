// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders go through stages that are async generators and adaptors of the runtime.
#include "shared/log.h"

#include <asynciter/async_generator.h>
#include <asynciter/filter.h>
#include <asynciter/for_each.h>
#include <asynciter/sync_wait.h>
#include <asynciter/take.h>
#include <asynciter/task.h>
#include <asynciter/transform.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace asynciter;

namespace {

const app::logger out("orders");

struct order {
  std::uint64_t number = 0;
  std::string customer, article;
  int count = 0;
};

struct invoice {
  std::uint64_t number = 0;
  std::string customer;
  std::int64_t cents = 0;
};

async_generator<order> orders(std::uint64_t how_many) {
  constexpr std::array customers{"ann", "bob", "cid", "dot"};
  constexpr std::array articles{"bolt", "nut", "screw"};
  std::uint64_t state = 88172645463325252ull;
  for (std::uint64_t number = 1; number <= how_many; ++number) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    co_yield order{number, customers[state % 4], articles[state / 4 % 3], static_cast<int>(state / 12 % 50)};
  }
}

class prices {
public:
  task<std::int64_t> of(std::string article) {
    ++asked_;
    const auto known = cents_.find(article);
    co_return known == cents_.end() ? 0 : known->second;
  }
  std::size_t asked() const { return asked_; }

private:
  std::map<std::string, std::int64_t> cents_{{"bolt", 35}, {"nut", 12}, {"screw", 20}};
  std::size_t asked_ = 0;
};

async_generator<invoice> invoices(async_generator<order> from, prices &list) {
  while (auto each = co_await from.next()) {
    const std::int64_t price = co_await list.of(each->article);
    co_yield invoice{each->number, each->customer, price * each->count};
  }
}

task<std::map<std::string, std::int64_t>> sums(async_generator<invoice> from) {
  std::map<std::string, std::int64_t> result;
  co_await for_each(std::move(from), [&](const invoice &each) { result[each.customer] += each.cents; });
  co_return result;
}

task<std::vector<std::uint64_t>> first_large_ones(std::size_t how_many, prices &list) {
  auto large = invoices(orders(100'000), list) |
               filter([](const invoice &each) { return each.cents > 1'500; }) |
               transform([](const invoice &each) { return each.number; }) | take(how_many);
  std::vector<std::uint64_t> found;
  while (auto number = co_await large.next())
    found.push_back(*number);
  co_await large.close();
  co_return found;
}

task<> run() {
  prices list;
  for (const auto &[customer, cents] : co_await sums(invoices(orders(1'000), list)))
    out.info(customer, " owes ", cents / 100, '.', cents % 100);
  for (const std::uint64_t number : co_await first_large_ones(5, list))
    out.info("a large one: ", number);
  out.info("asked for ", list.asked(), " prices");
}

} // namespace

int main() { sync_wait(run()); }
