"""One kept HTTP/1.1 connection that tells exactly how a request ended: an answer, or which kind of loss."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Any

from bench.load import Request

_LONGEST = 1 << 22


class Lost(Exception):
    """No answer came. `began` is True if the connection was open, so that the request may have been carried out."""

    def __init__(self, how: str, *, began: bool) -> None:
        super().__init__(how)
        self.began = began


@dataclass(frozen=True)
class Answer:
    """A whole answer, and how long it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code; empty without one."""
        problem = "problem+json" in self.headers.get("content-type", "")
        return str(self.json().get("code", "")) if problem else ""


def network(number: int) -> str:
    """A network of its own for each client."""
    return f"10.{number // 250}.{number % 250}.1"


class Line:
    """A connection to a local port, opened when it is needed."""

    def __init__(self, port: int, token: str = "", network: str = "") -> None:
        """`network` is an address that the caller is said to have, by a trusted proxy."""
        self._port = port
        self._network = network
        self._token = token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: object = None, *, seconds: float = 60, **headers: str) -> Answer:
        """Send a request and read its answer. `if_match="…"` becomes `If-Match`. Raises `Lost`."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        if self._token:
            named["Authorization"] = f"Bearer {self._token}"
        if self._network:
            named["X-Forwarded-For"] = self._network
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if body is not None:
            named.setdefault("Content-Type", "application/json")
        begun, began = monotonic(), False
        try:
            async with asyncio.timeout(seconds):
                reader, writer = await self._open()
                began = True
                writer.write(Request(method, path, content, named).encoded())
                await writer.drain()
                status, found = await _head(reader)
                received = b"" if method == "HEAD" else await reader.readexactly(int(found.get("content-length", "0")))
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            raise Lost(type(error).__name__, began=began) from error
        if found.get("connection") == "close":
            self.close()
        return Answer(status, found, received, monotonic() - begun)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=_LONGEST)
        return self._streams

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def __aenter__(self) -> "Line":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if value}
    return int(status.split(" ")[1]), headers


async def until_usual(port: int, begun: float) -> float:
    """How long after `begun` a request that uses the database takes a fifth of a second at most."""
    async with Line(port) as line:
        while monotonic() - begun < 60:
            answer = await line.ask("GET", "/v1/reference-data")
            if answer.status == 200 and answer.seconds < 0.2:
                break
    return monotonic() - begun
