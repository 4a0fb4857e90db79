# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Several consumers at once, each of a stream of its own.
import asyncio


async def ticker(count):
    for i in range(1, count + 1):
        await asyncio.sleep(0)
        yield i


async def total(name, count):
    result = 0
    async for i in ticker(count):
        print(name, i)
        result += i
    return result


async def main():
    a, b = await asyncio.gather(total("a", 3), total("b", 4))
    print("a:", a, "b:", b)

    totals = await asyncio.gather(*[total("c" + str(n), n) for n in range(3)])
    print(totals)


asyncio.run(main())
