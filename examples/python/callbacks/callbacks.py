# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Callbacks, on a thread of a library's own, as a stream.
import asyncio
import threading


def monitor(on_value, on_end):
    for value in [3, 1, 4, 1, 5]:
        on_value(value)
    on_end()


async def values():
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    def on_value(value):
        loop.call_soon_threadsafe(queue.put_nowait, value)

    def on_end():
        loop.call_soon_threadsafe(queue.put_nowait, None)

    thread = threading.Thread(target=monitor, args=(on_value, on_end))
    thread.start()
    try:
        while (value := await queue.get()) is not None:
            yield value
    finally:
        await asyncio.to_thread(thread.join)


async def main():
    async for value in values():
        print("value", value)


asyncio.run(main())
