# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Not more than so many at once.
import asyncio


class Server:
    def __init__(self):
        self.busy = 0
        self.most_busy = 0

    async def fetch(self, n):
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        await asyncio.sleep(0)
        self.busy -= 1
        return n * 10


async def fetch_politely(slots, server, n):
    async with slots:
        return await server.fetch(n)


async def main():
    server = Server()
    slots = asyncio.Semaphore(3)
    print(await asyncio.gather(*[fetch_politely(slots, server, n) for n in range(8)]))
    print("at most", server.most_busy, "at once")


asyncio.run(main())
