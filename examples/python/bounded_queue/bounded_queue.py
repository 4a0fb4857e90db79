# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A bounded queue between a producer and a consumer: the producer waits while it is full.
import asyncio


async def produce(queue):
    fullest = 0
    for i in range(6):
        await queue.put(i)
        fullest = max(fullest, queue.qsize())
    await queue.put(None)  # the end
    return fullest


async def consume(queue):
    while (i := await queue.get()) is not None:
        print("got", i)
        await asyncio.sleep(0.001)
    print("end")


async def main():
    queue = asyncio.Queue(maxsize=2)
    fullest, _ = await asyncio.gather(produce(queue), consume(queue))
    print("never more than", fullest, "waiting")


asyncio.run(main())
