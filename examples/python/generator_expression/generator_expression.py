# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Generator expressions, piped on from one stage to the next.
import asyncio


async def lines():
    for line in ["# numbers", "1", "2", "", "30", "4", "5"]:
        await asyncio.sleep(0)
        yield line


async def running_total(numbers):
    total = 0
    async for n in numbers:
        total += n
        yield total


async def main():
    content = (line async for line in lines() if line and not line.startswith("#"))
    numbers = (int(line) async for line in content)
    small = (n async for n in numbers if n < 10)
    async for total in running_total(small):
        print("total", total)


asyncio.run(main())
