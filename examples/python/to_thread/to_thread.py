# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A call that blocks, on another thread, while the event loop goes on.
import asyncio
import threading


def wait_for(turns, wanted):
    while turns.acquire():
        wanted -= 1
        if wanted == 0:
            return "three turns"


def fail(why):
    raise ValueError(why)


async def take_turns(turns):
    for i in range(3):
        await asyncio.sleep(0)
        print("turn", i)
        turns.release()


async def main():
    turns = threading.Semaphore(0)
    result, _ = await asyncio.gather(asyncio.to_thread(wait_for, turns, 3), take_turns(turns))
    print("meanwhile:", result)

    try:
        await asyncio.to_thread(fail, "no such file")
    except ValueError as error:
        print("error:", error)


asyncio.run(main())
