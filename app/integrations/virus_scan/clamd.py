"""Ask clamd about a file by INSTREAM: the content goes over the connection, so clamd needs no access to the store."""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

from app.domain.refusals.requests import Overloaded
from app.integrations.virus_scan.protocol import CannotScan, ScannerFault, ScannerUnavailable
from app.places import SCANS

T = TypeVar("T")

CONNECT_SECONDS: Final = 2.0
# Longer than clamd's own limit, MaxScanTime, so that a slow scan ends with its answer.
SCAN_SECONDS: Final = 130.0
# A person waits for this one. What takes longer is scanned by a job.
AT_ONCE_SECONDS: Final = 3.0
# After a failure, nobody waits for the scanner at once. The jobs find out that it is back.
REST_SECONDS: Final = 5.0
_NAME_LENGTH = 100
_ANSWER_BYTES = 4096

OUTCOMES: Final[Counter[str]] = Counter()
"""How the scans of this process ended: `clean`, `infected`, `failed` and `unavailable`."""


class Clamd:
    """A clamd on another machine (`host`, `port`) or on this one (`socket`)."""

    def __init__(self, host: str | None, port: int, socket: Path | None) -> None:
        self._host, self._port, self._socket = host, port, socket
        self._rests_until = 0.0

    async def scan_at_once(self, content: AsyncIterator[bytes]) -> str | None:
        """Scan for somebody who waits. Raises as `scan` does, and `ScannerUnavailable` at once soon after a failure."""
        if monotonic() < self._rests_until:
            OUTCOMES["unavailable"] += 1
            raise ScannerUnavailable("it did not answer a moment ago")
        try:
            return await self.scan(content, seconds=AT_ONCE_SECONDS)
        except ScannerUnavailable as error:
            # That many files wait is not the scanner's fault.
            if not isinstance(error.__cause__, Overloaded):
                self._rests_until = monotonic() + REST_SECONDS
            raise

    async def scan(self, content: AsyncIterator[bytes], *, seconds: float = SCAN_SECONDS) -> str | None:
        """Return the name of the virus, or None for a clean file. Raises `ScannerUnavailable` and `CannotScan`."""
        try:
            found = _verdict(await self._ask(_instream(content), seconds))
        except ScannerUnavailable:
            OUTCOMES["unavailable"] += 1
            raise
        except CannotScan:
            OUTCOMES["failed"] += 1
            raise
        self._rests_until = 0.0
        OUTCOMES["clean" if found is None else "infected"] += 1
        return found

    async def version(self) -> str:
        """Return clamd's version and that of its signatures. Raises `ScannerUnavailable`."""
        return await self._ask(_once(b"zVERSION\0"), CONNECT_SECONDS * 2)

    async def _ask(self, words: AsyncIterator[bytes], seconds: float) -> str:
        try:
            async with asyncio.timeout(seconds), SCANS.take():
                return await self._talk(words)
        except TimeoutError as error:
            raise ScannerUnavailable(f"it did not answer within {seconds:g} seconds") from error
        except (OSError, EOFError) as error:
            raise ScannerUnavailable(f"the connection failed: {type(error).__name__}") from error
        except Overloaded as error:
            raise ScannerUnavailable("too many files wait for it") from error

    async def _talk(self, words: AsyncIterator[bytes]) -> str:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await self._connect(loop)
        try:
            # It may answer before it has heard everything, and hang up. A stream would lose the answer when it cannot
            # send the rest.
            answer = asyncio.create_task(_hear(loop, connection))
            try:
                with contextlib.suppress(ConnectionError):
                    async for piece in words:
                        if answer.done():
                            break
                        await loop.sock_sendall(connection, piece)
                return await answer
            finally:
                await _dismissed(answer)
        finally:
            connection.close()

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> socket.socket:
        if self._socket is not None:
            return await _connected(loop, socket.AF_UNIX, str(self._socket))
        found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        for family, _, _, _, address in found[:-1]:
            with contextlib.suppress(OSError):
                return await _connected(loop, family, address)
        family, _, _, _, address = found[-1]
        return await _connected(loop, family, address)


async def _connected(loop: asyncio.AbstractEventLoop, family: int, address: str | tuple[object, ...]) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        await loop.sock_connect(connection, address)
    except BaseException:
        connection.close()
        raise
    return connection


async def _hear(loop: asyncio.AbstractEventLoop, connection: socket.socket) -> str:
    heard = b""
    while (end := heard.find(b"\0")) < 0:
        piece = await loop.sock_recv(connection, _ANSWER_BYTES)
        if not piece or len(heard) > _ANSWER_BYTES:
            raise EOFError("no answer")
        heard += piece
    return heard[:end].decode(errors="replace")


async def _dismissed(task: Awaitable[T]) -> None:
    """Cancel the task, and take note of its error, which nobody wants any more."""
    future = asyncio.ensure_future(task)
    future.cancel()
    await asyncio.gather(future, return_exceptions=True)


async def _once(word: bytes) -> AsyncIterator[bytes]:
    yield word


async def _instream(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield b"zINSTREAM\0"
    async for piece in content:
        if piece:
            yield len(piece).to_bytes(4, "big") + piece
    yield bytes(4)


def _verdict(answer: str) -> str | None:
    """Read `stream: OK`, `stream: NAME FOUND` or `… ERROR`."""
    words = "".join(sign if sign.isprintable() else " " for sign in answer).strip()
    if words.endswith(" OK"):
        return None
    if words.endswith(" FOUND"):
        name = words.removesuffix(" FOUND").partition(": ")[2][:_NAME_LENGTH]
        # A heuristic is a suspicion (encrypted, too deep, macros), which a person must judge.
        if name.startswith("Heuristics."):
            raise CannotScan(f"It only suspects the file: {name}.")
        return name
    if "size limit exceeded" in words:
        raise CannotScan("The file is larger than the scanner takes (StreamMaxLength).")
    raise ScannerFault(f"it answered: {words[:_NAME_LENGTH]}")
