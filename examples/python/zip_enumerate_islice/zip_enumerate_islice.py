# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The everyday tools over streams. Python's work on sync iterables only, so it writes them itself.
import asyncio


async def letters():
    for letter in "abcdef":
        await asyncio.sleep(0)
        yield letter


async def numbers():
    n = 0
    while True:
        await asyncio.sleep(0)
        yield n
        n += 1


async def azip(*streams):
    while True:
        try:
            yield tuple([await anext(stream) for stream in streams])
        except StopAsyncIteration:
            return


async def aenumerate(stream):
    index = 0
    async for item in stream:
        yield index, item
        index += 1


async def aislice(stream, start, stop):
    async for index, item in aenumerate(stream):
        if index >= start:
            yield item
        if index + 1 == stop:
            return


async def main():
    print([pair async for pair in azip(letters(), numbers())])
    print([pair async for pair in aenumerate(letters())])
    print([n async for n in aislice(numbers(), 3, 7)])
    async for index, letter in aenumerate(aislice(letters(), 0, 2)):
        print(index, letter)


asyncio.run(main())
