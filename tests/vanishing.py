"""A TCP proxy between the app and its database that can delay, reset or lose what it passes on, as networks do."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.engine import make_url


class Wire:
    """The proxy; while `cut`, bytes vanish in both directions and no connection is closed. `delay` is in seconds."""

    def __init__(self, host: str, port: int) -> None:
        """`host` is an address, or the folder of the server's socket."""
        self._host, self._port = host, port
        self.cut = False
        self.delay = 0.0
        self._age = 0
        self.refuses = False
        """New connections are closed at once, as by a server that is down."""
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection."""
        if self.refuses:
            writer.transport.abort()
            return
        if self._host.startswith("/"):
            there, back = await asyncio.open_unix_connection(f"{self._host}/.s.PGSQL.{self._port}")
        else:
            there, back = await asyncio.open_connection(self._host, self._port)
        self._writers += (back, writer)
        for source, target in ((reader, back), (there, writer)):
            self._tasks.append(asyncio.create_task(self._pass_on(source, target)))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        age = self._age
        with contextlib.suppress(OSError):
            while chunk := await source.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if not self.cut and age == self._age:
                    target.write(chunk)
            target.close()

    def forget(self) -> None:
        """Lose what is sent on the connections there are, as a firewall does that has forgotten them. New ones work."""
        self._age += 1

    def reset(self) -> None:
        """Reset the connections there are. New ones work."""
        for writer in self._writers:
            linger = struct.pack("ii", 1, 0)
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        self._writers.clear()

    async def end(self) -> None:
        """Drop every connection."""
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """Yield the proxy in front of the database at `url`, and the URL that leads through it."""
    parsed = make_url(url)
    query = dict(parsed.query)
    host = parsed.host or query.pop("host")
    assert isinstance(host, str)
    wire = Wire(host, parsed.port or int(str(query.pop("port", 5432))))
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield wire, parsed.set(host="127.0.0.1", port=port, query=query).render_as_string(False)
    finally:
        await wire.end()
        server.close()
