# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A generator that delivers the items of others. Python has no `yield from` in async generators: it loops.
import asyncio


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right


async def header():
    await asyncio.sleep(0)
    yield -1


async def walk(node):
    if node is None:
        return
    async for value in walk(node.left):
        yield value
    await asyncio.sleep(0)
    yield node.value
    async for value in walk(node.right):
        yield value


async def report(tree):
    async for value in header():
        yield value
    async for value in walk(tree):
        yield value
    for value in [98, 99]:
        yield value


async def main():
    tree = Node(4, Node(2, Node(1), Node(3)), Node(6, Node(5)))
    print([value async for value in report(tree)])


asyncio.run(main())
