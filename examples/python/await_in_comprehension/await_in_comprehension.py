# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# `await` in the expression and in the condition of a comprehension.
import asyncio


async def numbers(count):
    for n in range(count):
        await asyncio.sleep(0)
        yield n


async def is_prime(n):
    await asyncio.sleep(0)
    return n > 1 and all(n % d for d in range(2, n))


async def look_up(n):
    await asyncio.sleep(0)
    return "item " + str(n)


async def main():
    found = [await look_up(n) async for n in numbers(12) if await is_prime(n)]
    print(found)

    # A sync iterable, but each item is awaited.
    print([await look_up(n) for n in range(3)])


asyncio.run(main())
