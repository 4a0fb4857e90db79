# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The protocol: a class whose step is awaited, and a loop that makes the steps.
import asyncio


class Countdown:
    def __init__(self, start):
        self._left = start

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._left == 0:
            raise StopAsyncIteration
        await asyncio.sleep(0)
        self._left -= 1
        return self._left + 1


async def main():
    async for n in Countdown(3):
        print("loop", n)

    steps = aiter(Countdown(2))
    while True:
        try:
            n = await anext(steps)
        except StopAsyncIteration:
            break
        print("step", n)
    print("after the end:", await anext(steps, None))


asyncio.run(main())
