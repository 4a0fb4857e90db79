# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# `async for ... else`: the `else` runs if the loop was not left by `break`.
import asyncio


async def readings(values):
    for value in values:
        await asyncio.sleep(0)
        yield value


async def search(values, limit):
    async for value in readings(values):
        print("look at", value)
        if value > limit:
            print("found", value)
            break
    else:
        print("none above", limit)


async def main():
    await search([1, 5, 9, 2], limit=4)
    await search([1, 2], limit=4)
    await search([], limit=4)


asyncio.run(main())
