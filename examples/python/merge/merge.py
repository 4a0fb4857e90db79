# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Several streams as one, items in the order in which they come. Python has no such thing: it takes a queue.
import asyncio


async def sensor(name, count):
    for i in range(count):
        await asyncio.sleep(0.001)
        yield name + str(i)


async def merge(*streams):
    queue = asyncio.Queue(maxsize=1)

    async def forward(stream):
        async for item in stream:
            await queue.put(item)
        await queue.put(None)

    async with asyncio.TaskGroup() as group:
        for stream in streams:
            group.create_task(forward(stream))
        running = len(streams)
        while running:
            if (item := await queue.get()) is None:
                running -= 1
            else:
                yield item


async def main():
    items = [item async for item in merge(sensor("a", 3), sensor("b", 2), sensor("c", 0))]
    print(len(items), "items")
    print(sorted(items))
    print([item for item in items if item.startswith("a")])


asyncio.run(main())
