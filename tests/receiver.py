"""A receiver of webhooks on loopback, which answers as a test tells it to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[["Call"], bytes | Awaitable[bytes | None] | None]
"""The bytes to answer with; None to close the connection without a word."""


@dataclass(frozen=True)
class Call:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes
    writer: asyncio.StreamWriter

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


def reply(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An answer; `retry_after` is the header `Retry-After`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()} | {"content-length": str(len(body))}
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Receiver:
    """`answer` may change at any time; `calls` are in the order in which they came."""

    answer: Answer = field(default=lambda _: reply(204))
    calls: list[Call] = field(default_factory=list)
    port: int = 0
    connections: set[asyncio.Task[None]] = field(default_factory=set)
    """Those that are open now."""
    most: int = 0
    """The most requests that were answered at a time."""
    _answering: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def ids(self) -> list[str]:
        return [call.id for call in self.calls]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        call = Call(head[0], headers, body, writer)
        self.calls.append(call)
        self._answering += 1
        self.most = max(self.most, self._answering)
        try:
            said = self.answer(call)
            said = await said if isinstance(said, Awaitable) else said
        finally:
            self._answering -= 1
        if said is None:
            return False
        writer.write(said)
        await writer.drain()
        return True


@asynccontextmanager
async def receiving(answer: Answer = lambda _: reply(204), **options: Any) -> AsyncIterator[Receiver]:
    """A receiver for the block."""
    receiver = Receiver(answer)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(receiver.serve(reader, writer))
        receiver.connections.add(task)
        task.add_done_callback(receiver.connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, **options)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        open_now = list(receiver.connections)
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)
