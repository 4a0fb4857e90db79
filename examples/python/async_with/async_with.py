# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Things that are opened and closed by waiting.
import asyncio
from contextlib import asynccontextmanager


@asynccontextmanager
async def connection(name):
    await asyncio.sleep(0)
    print("connect", name)
    try:
        yield name
    finally:
        await asyncio.sleep(0)
        print("disconnect", name)


async def work(fail):
    async with connection("database") as database, connection("cache") as cache:
        print("work with", database, "and", cache)
        if fail:
            raise RuntimeError("out of work")
    # Nothing of the two is open here.


async def main():
    await work(fail=False)
    try:
        await work(fail=True)
    except RuntimeError as error:
        print(error)


asyncio.run(main())
