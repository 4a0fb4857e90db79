# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# One step by hand, with something to fall back on at the end.
import asyncio


async def words(*given):
    for word in given:
        await asyncio.sleep(0)
        yield word


async def main():
    stream = words("one", "two")
    print(await anext(stream, "nothing"))
    print(await anext(stream, "nothing"))
    print(await anext(stream, "nothing"))
    print(await anext(stream, "still nothing"))

    try:
        print(await anext(words()))
    except StopAsyncIteration:
        print("an empty stream has no first word")


asyncio.run(main())
