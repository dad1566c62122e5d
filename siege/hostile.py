"""The hostile client, in a process of its own: connections that it only holds, and requests that cost."""

import asyncio
import itertools
import multiprocessing
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol

ADDRESS = "127.0.0.2"
NUMBER = "@NUMBER@"
"""Where a request has this, a number of as many digits is sent that no other request has."""
_LONGEST = 1 << 25
# It is on another machine: here it may only have the time that the server leaves.
_NICE = 10
_ENDS_SECONDS = 20


class Attack(Protocol):
    """What the process does until it is stopped."""

    async def run(self, stop: asyncio.Event, met: Counter[str]) -> None:
        """Attack, and count what is met."""


@dataclass(frozen=True)
class Holding:
    """Hold so many connections of each address open, and open another for each that is closed."""

    port: int
    addresses: Sequence[str]
    each: int
    first: bytes = b""
    more: bytes = b""
    """Sent every second."""
    bytes_a_second: int = 65536
    """How much is read of what is answered."""

    async def run(self, stop: asyncio.Event, met: Counter[str]) -> None:
        holds = [self._hold(address, stop, met) for address in self.addresses for _ in range(self.each)]
        await asyncio.gather(*holds)

    async def _hold(self, address: str, stop: asyncio.Event, met: Counter[str]) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            with socket.socket() as held:
                held.setblocking(False)
                if self.bytes_a_second < 65536:
                    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                held.bind((address, 0))
                with suppress(OSError):
                    async with asyncio.timeout(10):
                        await loop.sock_connect(held, ("127.0.0.1", self.port))
                        met["opened"] += 1
                        await loop.sock_sendall(held, self.first)
                    await self._keep(held, stop)
                    if not stop.is_set():
                        met["closed"] += 1
            await asyncio.sleep(1)

    async def _keep(self, held: socket.socket, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    if not await loop.sock_recv(held, self.bytes_a_second):
                        return
                    await asyncio.sleep(1)
            await loop.sock_sendall(held, self.more)


@dataclass(frozen=True)
class Asking:
    """Send the requests in turn, without a pause, down so many connections; `together` at once down each."""

    port: int
    requests: Sequence[bytes]
    lanes: int
    together: int = 1

    async def run(self, stop: asyncio.Event, met: Counter[str]) -> None:
        turns = enumerate(itertools.cycle(self.requests), 10_000_000)
        lanes = [asyncio.create_task(self._ask(turns, stop, met)) for _ in range(self.lanes)]
        await stop.wait()
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    async def _ask(self, turns: "enumerate[bytes]", stop: asyncio.Event, met: Counter[str]) -> None:
        while not stop.is_set():
            writer = None
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.port, local_addr=(ADDRESS, 0), limit=_LONGEST
                )
                while await self._once(turns, reader, writer, met):
                    pass
            except (OSError, asyncio.IncompleteReadError):
                met["lost"] += 1
                await asyncio.sleep(0.05)
            finally:
                if writer is not None:
                    writer.transport.abort()

    async def _once(
        self,
        turns: "enumerate[bytes]",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        met: Counter[str],
    ) -> bool:
        """True if the connection may be used again."""
        for number, request in itertools.islice(turns, self.together):
            writer.write(request.replace(NUMBER.encode(), str(number).encode()))
        await writer.drain()
        for _ in range(self.together):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            met[head.split(" ")[1]] += 1
            lengths = (line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:"))
            await reader.readexactly(int(next(lengths, "0")))
            if "connection: close" in head:
                return False
        return True


@asynccontextmanager
async def attacked(attack: Attack) -> AsyncIterator[Counter[str]]:
    """Run the attack while the block runs; what it has met is there when the block has ended."""
    met = Counter[str]()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_carry_out, args=(attack, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        await asyncio.to_thread(ours.recv)
        yield met
        ours.send("stop")
        if await asyncio.to_thread(ours.poll, _ENDS_SECONDS):
            met.update(ours.recv())
    finally:
        process.kill()
        process.join()
        ours.close()


def _carry_out(attack: Attack, programme: Connection) -> None:
    os.nice(_NICE)
    programme.send("begun")
    programme.send(dict(asyncio.run(_until_told(attack, programme))))


async def _until_told(attack: Attack, programme: Connection) -> Counter[str]:
    stop, met = asyncio.Event(), Counter[str]()
    asyncio.get_running_loop().add_reader(programme.fileno(), stop.set)
    attacking = asyncio.create_task(attack.run(stop, met))
    await stop.wait()
    # Thousands of sockets need not be closed one by one.
    await asyncio.wait([attacking], timeout=2)
    attacking.cancel()
    return met
