"""The hostile client: connections that it only holds, and requests that cost as much as one account may ask for."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from bench.load import Request

ADDRESS = "127.0.0.2"
_LONGEST = 1 << 25


@asynccontextmanager
async def holding(
    port: int, addresses: Sequence[str], each: int, first: bytes, more: bytes = b""
) -> AsyncIterator[Counter[str]]:
    """Hold so many connections of each address open while the block runs: send `first`, then `more` every second, and
    open another for each that is closed."""
    stop, met = asyncio.Event(), Counter[str]()

    async def hold(address: str) -> None:
        while not stop.is_set():
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
                met["opened"] += 1
                writer.write(first)
                while not stop.is_set() and not reader.at_eof():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(1):
                            await reader.read(65536)
                    writer.write(more)
                writer.transport.abort()
            except OSError:
                met["refused"] += 1
            await asyncio.sleep(1)

    tasks = [asyncio.create_task(hold(address)) for address in addresses for _ in range(each)]
    try:
        await asyncio.sleep(1)
        yield met
    finally:
        stop.set()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def asking(port: int, requests: Sequence[Request], lanes: int = 50) -> AsyncIterator[Counter[str]]:
    """Send the requests in turn, without a pause, while the block runs."""
    stop, met, turns = asyncio.Event(), Counter[str](), itertools.cycle(requests)

    async def ask() -> None:
        while not stop.is_set():
            writer = None
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", port, local_addr=(ADDRESS, 0), limit=_LONGEST
                )
                while not stop.is_set():
                    writer.write(next(turns).encoded())
                    await writer.drain()
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                    met[head.split(" ")[1]] += 1
                    length = next(
                        (line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length")), "0"
                    )
                    await reader.readexactly(int(length))
                    if "connection: close" in head:
                        break
            except (OSError, asyncio.IncompleteReadError):
                met["lost"] += 1
                await asyncio.sleep(0.05)
            finally:
                if writer is not None:
                    writer.close()

    tasks = [asyncio.create_task(ask()) for _ in range(lanes)]
    try:
        yield met
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
