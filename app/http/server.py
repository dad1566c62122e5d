"""The HTTP server: uvicorn with time-outs and limits that it lacks, and a shutdown that finishes what has begun."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uuid_utils.compat import uuid7
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.http import cors
from app.http.problems import problem
from app.services.rate_limits import network_of
from app.settings import Settings

# Whoever connects has this long to send a request's headers, slow or silent alike.
HEADERS_SECONDS = 10.0
HEADERS_BYTES = 64 * 1024
# A client that stops reading its answer holds it in memory; this is how long it may.
UNREAD_ANSWER_SECONDS = 60.0
# Common load balancers keep an idle connection for 60 seconds; the side that closes first must not be this one.
KEEP_ALIVE_SECONDS = 75
# What is queued beyond these only waits for a database connection, so it is turned away while it is still cheap.
REQUESTS_AT_ONCE = 500
# Slow senders on one network hold their places for as long as they may, and must not hold all of them.
REQUESTS_OF_A_NETWORK_AT_ONCE = 100
CONNECTIONS_AT_ONCE = 4096
BACKLOG = 2048
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
        _Admission(app, settings.cors_origins),
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


class _Admission:
    """ASGI middleware that turns requests away with 503 while too many are under way, of all or of one network."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = origins
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        network = network_of(scope["client"][0] if scope.get("client") else None)
        busy = self._under_way.total() >= REQUESTS_AT_ONCE or self._under_way[network] >= REQUESTS_OF_A_NETWORK_AT_ONCE
        # Whoever asks whether the process lives would end a busy one, and all that it has under way.
        if busy and scope["path"] != "/livez":
            request_id = str(uuid7())
            refusal = problem(
                request_id,
                status=503,
                code="overloaded",
                title="Too busy at the moment",
                detail="Too many requests are under way. Nothing was changed; try again in a moment.",
                headers={"Retry-After": "1", "X-Request-Id": request_id},
            )
            refusal.raw_headers += cors.answer_headers(self._origins, dict(scope["headers"]))
            await refusal(scope, receive, send)
            return
        self._under_way[network] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[network] -= 1
            if not self._under_way[network]:
                del self._under_way[network]


class _Protocol(HttpToolsProtocol):
    """One connection. What is refused here never was a request, so the app's own error handling cannot answer it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.last_request = False
        self._awaiting_headers = True
        self._headers_arrived = False
        self._headers_bytes = 0
        self._headers_due: asyncio.TimerHandle | None = None
        self._answer_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_AT_ONCE:
            transport.abort()
        else:
            self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_headers_due()
        self._cancel_answer_due()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # Even one byte after an answer, such as a stray line end, is the beginning of the next request's headers: it
        # stops the keep-alive time-out, and nothing would ever close the connection.
        if self._awaiting_headers:
            self._expect_headers()
        self._headers_arrived = False
        super().data_received(data)
        if not self._awaiting_headers or self._headers_arrived:
            return
        self._headers_bytes += len(data)
        if self._headers_bytes > HEADERS_BYTES:
            self._refuse(
                431, "headers_too_large", "Headers too large", "The request's headers are longer than is taken."
            )

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect_headers()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailer fields after a chunked body come here too. Nothing wants them, and headers must not change any more.
        if self._awaiting_headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._awaiting_headers = False
        self._headers_arrived = True
        self._headers_bytes = 0
        self._cancel_headers_due()
        super().on_headers_complete()
        if self.last_request:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._awaiting_headers = True
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer_due = self.loop.call_later(UNREAD_ANSWER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._cancel_answer_due()

    def send_400_response(self, msg: str) -> None:
        self._refuse(
            400, "malformed_request", "The request is malformed", "This is not an HTTP request that can be read."
        )

    def _expect_headers(self) -> None:
        if self._headers_due is None:
            self._headers_due = self.loop.call_later(HEADERS_SECONDS, self._headers_late)

    def _cancel_headers_due(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _cancel_answer_due(self) -> None:
        if self._answer_due is not None:
            self._answer_due.cancel()
            self._answer_due = None

    def _headers_late(self) -> None:
        if self._headers_bytes:
            self._refuse(
                408, "request_timeout", "The request took too long to arrive", "Its headers did not arrive in time."
            )
        elif self._answering():
            self.cycle.keep_alive = False
        else:
            self.transport.close()

    def _answering(self) -> bool:
        # Uvicorn's annotation hides that there is none before the first request.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _refuse(self, status: int, code: str, title: str, detail: str) -> None:
        if self._answering():
            # An earlier request of this connection is being answered: another answer must not get into that one.
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        request_id = str(uuid7())
        refusal = problem(
            request_id, status=status, code=code, title=title, detail=detail, headers={"X-Request-Id": request_id}
        )
        headers = [*self.server_state.default_headers, *refusal.raw_headers, (b"connection", b"close")]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", bytes(refusal.body)]))
        self.transport.close()


def _allow_open_files() -> None:
    """Raise the soft limit of open files, often 1,024, to what the connections may need, as far as is allowed."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_AT_ONCE + 1024
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
