# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# An iterator that blocks, such as a file's, iterated on another thread.
import asyncio
import pathlib
import tempfile


def squares_of_lines(file):
    for line in file:
        yield int(line) ** 2


async def in_thread(iterator):
    end = object()
    while (item := await asyncio.to_thread(next, iterator, end)) is not end:
        yield item


def make_file(directory):
    path = pathlib.Path(directory) / "numbers"
    path.write_text("1\n2\n3\n4\n")
    return open(path)


async def main():
    with tempfile.TemporaryDirectory() as directory:
        with await asyncio.to_thread(make_file, directory) as file:
            async for square in in_thread(squares_of_lines(file)):
                print("square", square)
                if square == 9:
                    break


asyncio.run(main())
