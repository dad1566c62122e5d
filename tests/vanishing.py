"""A TCP proxy between the app and its database that can stop passing anything on, as a broken network does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.engine import make_url


class Wire:
    """The proxy; while `cut`, bytes vanish in both directions and no connection is closed."""

    def __init__(self, host: str, port: int) -> None:
        """`host` is an address, or the folder of the server's socket."""
        self._host, self._port = host, port
        self.cut = False
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection."""
        if self._host.startswith("/"):
            there, back = await asyncio.open_unix_connection(f"{self._host}/.s.PGSQL.{self._port}")
        else:
            there, back = await asyncio.open_connection(self._host, self._port)
        self._writers += (back, writer)
        for source, target in ((reader, back), (there, writer)):
            self._tasks.append(asyncio.create_task(self._pass_on(source, target)))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(65536):
                if not self.cut:
                    target.write(chunk)
            target.close()

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
