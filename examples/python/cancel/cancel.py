# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Cancelling a task: it notices where it waits, and its cleanup, which may wait too, still runs.
import asyncio
from contextlib import aclosing


async def lines():
    try:
        yield "first line"
        await asyncio.Event().wait()  # nobody writes any more
        yield "second line"
    finally:
        await asyncio.sleep(0)
        print("log is closed")


async def follow(started):
    try:
        async with aclosing(lines()) as stream:
            async for line in stream:
                print("read", line)
                started.set()
    except asyncio.CancelledError:
        print("follow is cancelled")
        raise


async def main():
    started = asyncio.Event()
    following = asyncio.create_task(follow(started))
    await started.wait()

    print("cancel it")
    following.cancel()
    try:
        await following
    except asyncio.CancelledError:
        print("it has ended")


asyncio.run(main())
