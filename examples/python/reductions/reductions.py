# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# One value out of a stream: sum, any, all, the first one, how many.
import asyncio


async def numbers(count):
    for n in range(1, count + 1):
        await asyncio.sleep(0)
        yield n


async def main():
    print("sum:", sum([n async for n in numbers(10)]))
    print("how many:", len([n async for n in numbers(10) if n % 3 == 0]))
    print("any above 9:", any([n > 9 async for n in numbers(10)]))
    print("all above 9:", all([n > 9 async for n in numbers(10)]))
    print("none above 10:", not any([n > 10 async for n in numbers(10)]))
    print("first above 5:", await anext(n async for n in numbers(10) if n > 5))
    print("first above 10:", await anext((n async for n in numbers(10) if n > 10), None))

    factorial = 1
    async for n in numbers(5):
        factorial *= n
    print("factorial:", factorial)


asyncio.run(main())
