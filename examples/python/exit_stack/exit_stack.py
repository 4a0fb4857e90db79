# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# `AsyncExitStack`: as many things as a loop opens, closed in the opposite order, also if opening one fails.
import asyncio
from contextlib import AsyncExitStack, asynccontextmanager


@asynccontextmanager
async def connect(name):
    await asyncio.sleep(0)
    if name == "broken":
        raise RuntimeError("no connection")
    print("connect", name)
    try:
        yield name
    finally:
        await asyncio.sleep(0)
        print("disconnect", name)


async def work(names):
    async with AsyncExitStack() as stack:
        connections = []
        for name in names:
            connections.append(await stack.enter_async_context(connect(name)))
        print("work with", len(connections))


async def main():
    await work(["one", "two", "three"])
    try:
        await work(["one", "two", "broken", "three"])
    except RuntimeError as error:
        print(error)


asyncio.run(main())
