// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A critical section that waits for something.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_mutex.h"
#include "asynciter/when_all.h"

#include <utility>
#include <vector>

using namespace asynciter;

namespace {

class account {
public:
  int balance = 0;

  task<> deposit(int amount) {
    auto guard = co_await lock_.lock();
    int before = balance;
    co_await yield_now(); // without the lock, others would deposit here
    balance = before + amount;
    print("deposit", amount);
  }

private:
  async_mutex lock_;
};

task<> async_main() {
  account account;
  std::vector<task<>> deposits;
  for (int amount = 1; amount < 5; ++amount)
    deposits.push_back(account.deposit(amount));
  co_await when_all(std::move(deposits));
  print("balance", account.balance);
}

} // namespace

int main() { run(async_main()); }
