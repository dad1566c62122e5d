"""A TCP proxy between the app and its database that fails as networks do."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT\x00"
"""As the driver sends it."""


@dataclass
class Direction:
    """The bytes that go one way."""

    lost: bool = False
    """They vanish for ever, and so does the end of a connection until they pass again."""
    held: bool = False
    """They wait until they may pass, as where TCP sends them again once the network is back."""
    seconds: float = 0
    """How late they arrive."""
    on_bytes: tuple[bytes, Callable[[], None]] | None = None
    """What is called once these bytes pass, before they are passed on."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Wire:
    """The proxy, and what it does to the connections that go through it."""

    def __init__(self, host: str, port: int) -> None:
        """`host` is an address, or the folder of the server's socket."""
        self._host, self._port = host, port
        self.up, self.down = Direction(), Direction()
        """To the database, and back from it."""
        self.refuses = False
        """New connections are closed at once, as by a server that is down."""
        self._ended = False
        self._age = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._ways: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def cut(self) -> bool:
        """Bytes vanish in both directions, and no connection is closed."""
        return self.up.lost and self.down.lost

    @cut.setter
    def cut(self, value: bool) -> None:
        self.up.lost = self.down.lost = value
        self._tell()

    @property
    def held(self) -> bool:
        """Bytes wait in both directions."""
        return self.up.held and self.down.held

    @held.setter
    def held(self, value: bool) -> None:
        self.up.held = self.down.held = value
        self._tell()

    @property
    def delay(self) -> float:
        """How late bytes arrive, in both directions, in seconds."""
        return self.up.seconds

    @delay.setter
    def delay(self, value: float) -> None:
        self.up.seconds = self.down.seconds = value

    def mend(self) -> None:
        """Pass everything on again, at once, and take new connections."""
        self.delay = 0
        self.refuses = False
        self.up.on_bytes = self.down.on_bytes = None
        self.cut = self.held = False

    def forget(self) -> None:
        """Lose what is sent on the connections there are, as a firewall does that has forgotten them. New ones work."""
        self._age += 1

    def reset(self) -> None:
        """Reset the connections there are, on both sides. New ones work."""
        for writer in list(self._writers):
            with contextlib.suppress(OSError):
                found = writer.get_extra_info("socket")
                if found is not None and found.family != socket.AF_UNIX:
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection."""
        serving = asyncio.current_task()
        assert serving is not None
        self._tasks.add(serving)
        serving.add_done_callback(self._tasks.discard)
        if self.refuses:
            writer.transport.abort()
            return
        if self._host.startswith("/"):
            there, back = await asyncio.open_unix_connection(f"{self._host}/.s.PGSQL.{self._port}")
        else:
            there, back = await asyncio.open_connection(self._host, self._port)
        self._writers |= {back, writer}
        if self._ended:
            back.transport.abort()
            writer.transport.abort()
            return
        for source, target, direction in ((reader, back, self.up), (there, writer, self.down)):
            task = asyncio.create_task(self._pass_on(source, target, direction))
            self._ways.add(task)
            task.add_done_callback(self._ways.discard)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: Direction) -> None:
        age = self._age
        with contextlib.suppress(OSError):
            while chunk := await source.read(65536):
                if way.on_bytes is not None and way.on_bytes[0] in chunk:
                    way.on_bytes[1]()
                if way.seconds:
                    await asyncio.sleep(way.seconds)
                while way.held:
                    await way.changed.wait()
                if not way.lost and age == self._age:
                    target.write(chunk)
            while way.lost or way.held or age != self._age:
                await way.changed.wait()
        target.close()
        self._writers.discard(target)

    def _tell(self) -> None:
        for way in (self.up, self.down):
            way.changed.set()
            way.changed = asyncio.Event()

    async def end(self) -> None:
        """Drop every connection."""
        self._ended = True
        for writer in list(self._writers):
            writer.transport.abort()
        for way in self._ways:
            way.cancel()
        await asyncio.gather(*self._tasks, *self._ways, return_exceptions=True)


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
        server.close()
        await wire.end()
