# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Whichever is there first; the others are cancelled, and waited for.
import asyncio


async def ask(name, turns):
    try:
        for _ in range(turns):
            await asyncio.sleep(0)
        return "answer of " + name
    except asyncio.CancelledError:
        print(name, "is cancelled")
        raise


async def main():
    asked = [
        asyncio.create_task(ask("primary", 1000000)),
        asyncio.create_task(ask("replica", 3)),
    ]
    done, pending = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    for late in pending:
        late.cancel()
    await asyncio.gather(*pending, return_exceptions=True)

    winner = done.pop()
    print("first:", asked.index(winner), winner.result())


asyncio.run(main())
