# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A critical section that waits for something.
import asyncio


class Account:
    def __init__(self):
        self._lock = asyncio.Lock()
        self.balance = 0

    async def deposit(self, amount):
        async with self._lock:
            before = self.balance
            await asyncio.sleep(0)  # without the lock, others would deposit here
            self.balance = before + amount
            print("deposit", amount)


async def main():
    account = Account()
    await asyncio.gather(*[account.deposit(amount) for amount in range(1, 5)])
    print("balance", account.balance)


asyncio.run(main())
