# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# `[expression async for item in stream if condition]`
import asyncio


async def numbers(count):
    for n in range(count):
        await asyncio.sleep(0)
        yield n


async def main():
    everything = [n async for n in numbers(5)]
    print(everything)

    squares = [n * n async for n in numbers(10) if n % 2 == 1]
    print(squares)

    words = ["n" + str(n) async for n in numbers(3)]
    print(words)


asyncio.run(main())
