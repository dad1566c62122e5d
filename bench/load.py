"""A small HTTP/1.1 client over kept connections. It costs little beside the server, and counts what was not 2xx."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """One request; `body` is sent as it stands."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """The bytes on the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Failed(Exception):
    """The server answered something that the benchmark did not expect; holds the beginning of the answer."""


async def send_all(port: int, lanes: list[Iterator[Request]], each: int) -> None:
    """Send `each` requests down every lane at once, one connection a lane. Raises `Failed`."""
    await asyncio.gather(*(_lane(port, lane, each) for lane in lanes))


async def _lane(port: int, requests: Iterator[Request], count: int) -> None:
    connection = None
    for _ in range(count):
        connection = connection or await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        reader, writer = connection
        writer.write(next(requests).encoded())
        await writer.drain()
        if not await _answered(reader):
            writer.close()
            connection = None
    if connection is not None:
        connection[1].close()


async def _answered(reader: asyncio.StreamReader) -> bool:
    """Read the answer; True when the connection is kept. Raises `Failed`."""
    head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if value}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    if status.split(" ")[1][0] != "2":
        raise Failed(f"{status}: {body[:600].decode(errors='replace')}")
    return headers.get("connection") != "close"
