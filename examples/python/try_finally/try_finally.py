# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Yielding inside of try/finally: what does not wait goes to a destructor, what waits is registered.
import asyncio
from contextlib import aclosing


async def numbers():
    try:
        await asyncio.sleep(0)
        yield 1
        try:
            yield 2
        finally:
            print("inner block is left")
        yield 3
    finally:
        await asyncio.sleep(0)
        print("generator is left")


async def show(last):
    async with aclosing(numbers()) as stream:
        async for n in stream:
            print("got", n)
            if n == last:
                break
    print("left at", last)


async def main():
    await show(last=1)
    await show(last=2)
    await show(last=9)


asyncio.run(main())
