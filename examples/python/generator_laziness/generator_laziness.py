# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Neither a generator nor an expression over it runs before it is stepped, and each step runs one item.
import asyncio


async def measurements(count):
    print("begin")
    for i in range(count):
        print("measure", i)
        await asyncio.sleep(0)
        yield i
    print("end")


def square(n):
    print("square", n)
    return n * n


async def main():
    stream = measurements(3)
    squares = (square(n) async for n in stream)
    print("nothing has run")

    print("first:", await anext(squares))
    print("one item has been made")

    async for n in squares:
        print("then:", n)


asyncio.run(main())
