# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Lines that come over a socket.
import asyncio


async def serve(reader, writer):
    name = (await reader.readline()).decode().rstrip()
    for part in ["hello ", name + "\nhow are", " you\n", "bye"]:
        writer.write(part.encode())
        await writer.drain()
        await asyncio.sleep(0.001)
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address, port = server.sockets[0].getsockname()

    reader, writer = await asyncio.open_connection(address, port)
    writer.write(b"ann\n")
    await writer.drain()
    async for line in reader:
        print("line:", line.decode().rstrip("\n"))
    print("end")

    writer.close()
    server.close()


asyncio.run(main())
