"""The HTTP server: uvicorn with bounds on headers, refusals as problems, and a shutdown that finishes what has begun.

What a reverse proxy does better stands in `deploy/proxy/nginx.conf` (decision 17).
"""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uuid_utils.compat import uuid7
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.domain.refusals.base import Refusal
from app.domain.refusals.requests import HeadersTooLarge, MalformedRequest
from app.http.admission import Admission
from app.http.problems import problem
from app.settings import Settings

# The request line and all headers together.
HEADERS_BYTES = 64 * 1024
# How long, and how many bytes of, the rest of a refused request is read and dropped before the connection is closed.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1024 * 1024
# Common load balancers keep an idle connection for 60 seconds; the side that closes first must not be this one.
KEEP_ALIVE_SECONDS = 75
BACKLOG = 2048
# The soft limit of open files is often 1,024: too few for the connections of a busy hour.
OPEN_FILES = 5120
# At the end, what is already on the wire is read before idle connections are closed.
LAST_ARRIVALS_SECONDS = 0.25
GRACE_SECONDS = 30


class ServerError(Exception):
    """The server cannot start; the message is one line for the person who started it."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address (port 0: any free one), so that nobody else can, before anything slow is done.

    Who connects from now on waits until the server runs. Raises `ServerError` when it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        # The system's own words tell an address in use from one that is not allowed or not this machine's.
        raise ServerError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. Choose another PORT."
        ) from error
    # Connections inherit it. Asyncio sees to it only where the protocol was named when the socket was made. Without it
    # an answer's body waits until the caller has acknowledged the headers: 40 milliseconds on a kept connection.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL under which a browser on this machine reaches the listener."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{local}]:{port}" if ":" in local else f"http://{local}:{port}"


async def run_server(
    app: ASGIApp, settings: Settings, *, listener: socket.socket, on_started: Callable[[], None]
) -> None:
    """Serve until SIGTERM, SIGINT or cancellation, then finish the requests that have begun; `listener` is closed.

    `on_started` is called once requests are taken. A second signal does not wait for anything. The signals are not
    passed on, so that the caller can put away in order what runs beside. Raises `ServerError` when the app refuses
    to start.
    """
    config = uvicorn.Config(
        Admission(app, settings.cors_origins),
        http=_Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
    )
    _allow_open_files()
    server = _Server(config, on_started)
    try:
        await server.serve(sockets=[listener])
    except SystemExit as error:
        raise ServerError("The application refused to start; the log says why.") from error
    except asyncio.CancelledError:
        if server.started:
            await server.shutdown(sockets=[listener])
        raise
    finally:
        listener.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in self.server_state.connections:
            if isinstance(connection, _Protocol):
                connection.last_request = True
        await asyncio.sleep(LAST_ARRIVALS_SECONDS)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn raises the signal again at the end, which would kill the process before the rest is put away.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {kind: signal.signal(kind, self.handle_exit) for kind in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


class _Protocol(HttpToolsProtocol):
    """One connection. What is refused here never became a request, so the app cannot answer it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.last_request = False
        self._in_headers = True
        self._header_bytes = 0
        self._too_large = False
        self._bytes_after_refusal: int | None = None

    def data_received(self, data: bytes) -> None:
        if self._bytes_after_refusal is not None:
            self._discard(data)
            return
        if self._in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._header_bytes > HEADERS_BYTES and self._bytes_after_refusal is None:
            self._refuse(HeadersTooLarge())

    def _discard(self, data: bytes) -> None:
        assert self._bytes_after_refusal is not None
        self._bytes_after_refusal += len(data)
        if self._bytes_after_refusal > LINGER_BYTES:
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailer fields after a chunked body come here too. Nothing wants them, and headers must not change any more.
        if self._in_headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_headers = False
        self._header_bytes = 0
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEADERS_BYTES:
            # One read may bring all of them. The parser turns the error into a call of `send_400_response`.
            self._too_large = True
            raise ValueError("headers too large")
        super().on_headers_complete()
        if self.last_request:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._in_headers = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        malformed = MalformedRequest("This is not an HTTP request that can be read.")
        self._refuse(HeadersTooLarge() if self._too_large else malformed)

    def _refuse(self, refusal: Refusal) -> None:
        # Uvicorn's annotation hides that there is no cycle before the first request.
        if self.cycle is not None and not self.cycle.response_complete:  # type: ignore[redundant-expr]
            # An earlier request of this connection is being answered: another answer must not get into that one.
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        request_id = str(uuid7())
        answer = problem(request_id, refusal, {"X-Request-Id": request_id})
        headers = [*self.server_state.default_headers, *answer.raw_headers, (b"connection", b"close")]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[answer.status_code], *lines, b"\r\n", bytes(answer.body)]))
        # Closing at once would reset the connection of a sender that still sends, and the answer would be lost with it.
        self._bytes_after_refusal = 0
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


def _allow_open_files() -> None:
    """Raise the soft limit of open files as far as is allowed."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
