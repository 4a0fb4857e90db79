# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A limit on how long a step may take.
import asyncio
from contextlib import aclosing


async def readings():
    try:
        yield 20
        await asyncio.sleep(0)
        yield 21
        await asyncio.sleep(3600)
        yield 22
    finally:
        print("the generator is left")


async def main():
    try:
        async with aclosing(readings()) as stream:
            while True:
                async with asyncio.timeout(0.2):
                    reading = await anext(stream, None)
                if reading is None:
                    break
                print("got", reading)
    except TimeoutError:
        print("timeout")


asyncio.run(main())
