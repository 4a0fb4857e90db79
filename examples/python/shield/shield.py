# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A part of a task that is not cancelled half-way.
import asyncio


async def write_journal(started):
    for part in ["begin", "entry", "commit"]:
        print("write", part)
        started.set()
        await asyncio.sleep(0.001)


async def save(started):
    writing = asyncio.create_task(write_journal(started))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing  # or it would go on behind our back
        raise


async def work(started):
    try:
        await save(started)
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        print("work is cancelled")
        raise


async def main():
    started = asyncio.Event()
    working = asyncio.create_task(work(started))
    await started.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    print("end")


asyncio.run(main())
