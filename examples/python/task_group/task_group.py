# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Tasks that run beside the one that started them, and that it waits for. One that fails stops the others.
import asyncio


async def worker(name, turns):
    try:
        for _ in range(turns):
            await asyncio.sleep(0)
        print(name, "is done")
    except asyncio.CancelledError:
        print(name, "is cancelled")
        raise


async def fail():
    await asyncio.sleep(0)
    raise ValueError("no space left")


async def main():
    async with asyncio.TaskGroup() as group:
        for n in range(1, 4):
            group.create_task(worker("worker " + str(n), n))
    print("all are done")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(worker("endless worker", 1000000))
            group.create_task(fail())
    except* ValueError as errors:
        print("failed:", errors.exceptions[0])


asyncio.run(main())
