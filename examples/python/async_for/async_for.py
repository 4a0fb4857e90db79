# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# An async generator, and loops over it.
import asyncio


async def ticker(count):
    for i in range(count):
        await asyncio.sleep(0)
        yield i


async def main():
    async for i in ticker(3):
        print("tick", i)

    async for i in ticker(10):
        if i % 2 == 0:
            continue
        if i > 6:
            break
        print("odd", i)

    steps = ticker(2)
    while (i := await anext(steps, None)) is not None:
        print("step", i)


asyncio.run(main())
