"""Send a webhook once, and read the head of the answer."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpcore

from app.integrations.webhooks.addresses import AddressRefused, Resolve, require_outside, resolve

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
TOTAL_SECONDS: Final = 15.0
HEAD_OF_ANSWER: Final = 4096
"""So many bytes of an answer are read and kept."""

_ADDRESSES_TRIED: Final = 4
# Connections that wait for the next event. How many are in use is a matter of whoever sends.
_IDLE: Final = 100
_IDLE_SECONDS: Final = 10.0
_TIMES: Final = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": TOTAL_SECONDS}
_CONNECT_FAILED = (httpcore.ConnectError, httpcore.ConnectTimeout)


class Undelivered(Exception):
    """Nothing was answered. The words are for the delivery log."""


@dataclass(frozen=True)
class Reply:
    """What the receiver answered: the status, `Retry-After`, and the first bytes as text."""

    status: int
    retry_after: str | None
    body: str

    @property
    def accepted(self) -> bool:
        """Only 2xx is. A redirect is not followed: it could lead inside."""
        return 200 <= self.status < 300


class _Guard(httpcore.AsyncNetworkBackend):
    """Resolves a name once, checks every address, and connects to what it has checked. TLS keeps the name."""

    def __init__(self, look_up: Resolve, *, loopback: bool) -> None:
        self._real = httpcore.AnyIOBackend()
        self._look_up = look_up
        self._loopback = loopback

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises `AddressRefused` before a packet goes out."""
        try:
            found = await self._look_up(host, port)
        except OSError as error:
            raise httpcore.ConnectError("the host has no address") from error
        addresses = require_outside(found, loopback=self._loopback)[:_ADDRESSES_TRIED]
        for address in addresses[:-1]:
            with suppress(*_CONNECT_FAILED):
                return await self._real.connect_tcp(address, port, timeout, local_address, socket_options)
        return await self._real.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """No receiver listens there."""
        raise AddressRefused(path)

    async def sleep(self, seconds: float) -> None:
        """Between tries to connect, of which there are none."""
        await self._real.sleep(seconds)


class Sender:
    """Connections to receivers. With `loopback`, this machine may be one of them."""

    def __init__(
        self, *, loopback: bool = False, look_up: Resolve = resolve, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted or ssl.create_default_context(),
            max_connections=None,
            max_keepalive_connections=_IDLE,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=_Guard(look_up, loopback=loopback),
        )

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Post the body. Raises `Undelivered` if no answer came in time."""
        reply: Reply | None = None
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                async with self._pool.stream(
                    "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": _TIMES}
                ) as response:
                    reply = Reply(response.status, _header(response, b"retry-after"), "")
                    return Reply(reply.status, reply.retry_after, await _head(response))
        except AddressRefused as error:
            raise Undelivered(str(error)) from error
        except TimeoutError:
            said = "no answer within 15 seconds"
        except httpcore.TimeoutException as error:
            said = "no connection" if isinstance(error, httpcore.ConnectTimeout) else "no answer in time"
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
            said = str(error) or type(error).__name__
        if reply is not None:
            # The status came, and the rest says nothing about the event.
            return reply
        raise Undelivered(said)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


def _header(response: httpcore.Response, name: bytes) -> str | None:
    found = next((value for key, value in response.headers if key.lower() == name), None)
    return found.decode("ascii", "replace") if found is not None else None


async def _head(response: httpcore.Response) -> str:
    read = bytearray()
    async for part in response.aiter_stream():
        read += part
        if len(read) >= HEAD_OF_ANSWER:
            break
    return bytes(read[:HEAD_OF_ANSWER]).decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
