# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Leaving a stream early, with its cleanup awaited before the program goes on.
import asyncio
from contextlib import aclosing


async def rows():
    print("open")
    try:
        for row in range(100):
            await asyncio.sleep(0)
            yield row
    finally:
        await asyncio.sleep(0)
        print("close")


async def main():
    async with aclosing(rows()) as stream:
        async for row in stream:
            if row == 2:
                break
            print("row", row)
    print("after break")

    try:
        async with aclosing(rows()) as stream:
            async for row in stream:
                raise ValueError("bad row " + str(row))
    except ValueError as error:
        print("after", error)

    async with aclosing(rows()) as stream:
        print("first", await anext(stream))
        print("second", await anext(stream))
    print("after two steps")

    stream = rows()
    print("first", await anext(stream))
    await stream.aclose()
    print("closed by hand:", await anext(stream, None))


asyncio.run(main())
