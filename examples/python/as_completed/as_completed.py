# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Results in the order in which they come.
import asyncio


async def fetch(n, gates):
    await gates[n].wait()
    if n > 0:
        gates[n - 1].set()
    return n


async def main():
    gates = [asyncio.Event() for _ in range(4)]
    fetches = [fetch(n, gates) for n in range(4)]
    gates[3].set()
    for fetched in asyncio.as_completed(fetches):
        print("fetched", await fetched)


asyncio.run(main())
