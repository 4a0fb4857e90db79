# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# An exception goes through the generators to the step, and ends the stream.
import asyncio


async def readings():
    yield "1"
    await asyncio.sleep(0)
    yield "2"
    yield "three"
    yield "4"


async def numbers(texts):
    async for text in texts:
        if not text.isdigit():
            raise ValueError("not a number: " + text)
        yield int(text)


async def forgiving(texts):
    try:
        async for n in numbers(texts):
            yield n
    except ValueError as error:
        print("caught", error)
        yield -1


async def main():
    stream = numbers(readings())
    try:
        async for n in stream:
            print("got", n)
    except ValueError as error:
        print("error:", error)
    print("after the error:", await anext(stream, None))

    async for n in forgiving(readings()):
        print("got", n)


asyncio.run(main())
