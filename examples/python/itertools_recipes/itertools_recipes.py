# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# More of itertools over streams: chain, takewhile, dropwhile, accumulate, batched, pairwise.
import asyncio


async def count_up(first, last):
    for n in range(first, last + 1):
        await asyncio.sleep(0)
        yield n


async def chain(*streams):
    for stream in streams:
        async for item in stream:
            yield item


async def takewhile(predicate, stream):
    async for item in stream:
        if not predicate(item):
            return
        yield item


async def accumulate(stream):
    total = 0
    async for item in stream:
        total += item
        yield total


async def batched(stream, size):
    batch = []
    async for item in stream:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def pairwise(stream):
    before = await anext(stream)
    async for item in stream:
        yield before, item
        before = item


async def main():
    print([n async for n in chain(count_up(1, 3), count_up(7, 8))])
    print([n async for n in takewhile(lambda n: n < 4, count_up(1, 9))])
    print([n async for n in accumulate(count_up(1, 5))])
    print([batch async for batch in batched(count_up(1, 7), 3)])
    print([b - a async for a, b in pairwise(accumulate(count_up(1, 5)))])


asyncio.run(main())
