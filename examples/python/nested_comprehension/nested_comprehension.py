# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A comprehension with two loops, the inner one dependent on the outer.
import asyncio


async def up_to(count):
    for n in range(1, count + 1):
        await asyncio.sleep(0)
        yield n


async def main():
    pairs = [(a, b) async for a in up_to(3) async for b in up_to(a)]
    print(pairs)

    flat = [n async for row in up_to(3) for n in [row] * row]
    print(flat)


asyncio.run(main())
