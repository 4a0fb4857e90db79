#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The scenarios in Python, as an outside reference: prints {scenario: nanoseconds an item} as JSON.

Each is the median of several runs in this process; the event loop of asyncio stands in for Asio's.
"""

import asyncio
import json
import platform
import statistics
import sys
import time

ITEMS = 1 << 14


async def iota(items):
    for i in range(items):
        yield i


async def iota_on_loop(items):
    for i in range(items):
        await asyncio.sleep(0)
        yield i


async def even(source):
    async for item in source:
        if item & 1 == 0:
            yield item


async def triple(source):
    async for item in source:
        yield item * 3


async def one(item):
    yield item


async def nested(depth, items):
    if depth == 0:
        for i in range(items):
            yield i
    else:
        async for item in nested(depth - 1, items):
            yield item


async def walk(depth, base):
    if depth > 0:
        async for item in walk(depth - 1, base):
            yield item
        yield base + depth
        async for item in walk(depth - 1, base + 1):
            yield item


async def total(source):
    result = 0
    async for item in source:
        result += item
    return result


async def ready(items):
    return await total(iota(items))


async def comprehension(items):
    return sum([item async for item in iota(items)])


async def hop(items):
    return await total(iota_on_loop(items))


async def pipe(items):
    return await total(triple(even(iota(items))))


async def create(items):
    return sum([await total(one(i)) for i in range(items)])


async def chain(items):
    return await total(nested(10, items))


async def tree(items):
    return sum([await total(walk(10, i)) for i in range(items // 1023)])


SCENARIOS = [
    ("ready", ready, ITEMS),
    ("comprehension", comprehension, ITEMS),
    ("hop", hop, ITEMS // 8),
    ("pipe", pipe, ITEMS),
    ("create", create, ITEMS // 4),
    ("chain", chain, ITEMS // 4),
    ("tree", tree, 1023),
]


def nanoseconds_an_item(scenario, items):
    start = time.process_time_ns()
    asyncio.run(scenario(items))
    return (time.process_time_ns() - start) / items


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    result = {"python": platform.python_version()}
    for name, scenario, items in SCENARIOS:
        result[name] = statistics.median(nanoseconds_an_item(scenario, items) for _ in range(runs))
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
