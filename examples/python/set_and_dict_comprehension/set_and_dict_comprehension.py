# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# `{item async for ...}` and `{key: value async for ...}`
import asyncio


async def words():
    for word in ["an", "async", "iterator", "has", "an", "end"]:
        await asyncio.sleep(0)
        yield word


async def main():
    lengths = {len(word) async for word in words()}
    print(sorted(lengths))

    length_of = {word: len(word) async for word in words()}
    print(dict(sorted(length_of.items())))

    different = {word async for word in words()}
    print(sorted(different))


asyncio.run(main())
