# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A sync iterable where an async one is required: a TypeError. It has to be lifted.
import asyncio


async def lift(iterable):
    for item in iterable:
        yield item


async def main():
    numbers = [1, 2, 3]
    try:
        async for n in numbers:
            print(n)
    except TypeError:
        print("a list is no async iterable")

    async for n in lift(numbers):
        print("lifted", n)

    print([n * n async for n in lift(range(4))])


asyncio.run(main())
