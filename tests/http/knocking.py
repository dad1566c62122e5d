"""Callers that never stop: some open a connection for each request, some keep theirs."""

import asyncio
from collections import Counter

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Knocking:
    """What callers of the address have met so far."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self.met: Counter[str] = Counter()
        """`answered`, `last` (an answer that closes the connection), `refused`, and `dropped` for any other end."""
        self.drops: list[str] = []
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, *, new: int, kept: int, until_refused: bool = False) -> None:
        """Start so many callers of each sort."""
        for keeps in [False] * new + [True] * kept:
            self._tasks.append(asyncio.create_task(self._knock(keeps, until_refused)))

    async def end(self) -> Counter[str]:
        """Let them finish what they do; what they have met."""
        self._stop.set()
        await asyncio.gather(*self._tasks)
        return self.met

    async def all_refused(self) -> Counter[str]:
        """Wait until each was refused."""
        await asyncio.gather(*self._tasks)
        return self.met

    async def answered(self, more: int) -> None:
        """Wait until so many more requests are answered."""
        wanted = self.met["answered"] + more
        while True:
            if self.met["answered"] >= wanted:
                return
            await asyncio.sleep(0.02)

    async def _knock(self, keeps: bool, until_refused: bool) -> None:
        while not self._stop.is_set():
            try:
                reader, writer = await asyncio.open_connection(*self._address)
            except ConnectionRefusedError:
                self.met["refused"] += 1
                if until_refused:
                    return
                await asyncio.sleep(0.01)
                continue
            except OSError as error:
                self._drop(f"connecting: {error!r}")
                continue
            try:
                while await self._ask(reader, writer) and keeps:
                    # A person thinks.
                    await asyncio.sleep(0.003)
                    if self._stop.is_set():
                        break
            except (OSError, asyncio.IncompleteReadError) as error:
                self._drop(f"{'kept' if keeps else 'new'}: {error!r}")
            finally:
                writer.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Send a request; True if the connection may be used again."""
        writer.write(REQUEST)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        (length,) = (line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        self.met["answered"] += 1
        if b"connection: close" in head:
            self.met["last"] += 1
            return False
        return True

    def _drop(self, how: str) -> None:
        self.met["dropped"] += 1
        self.drops.append(how)
