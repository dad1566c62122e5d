"""The HTTP server: uvicorn with bounds on headers, refusals as problems, and an end at which nobody is cut off.

What a reverse proxy does better stands in `deploy/proxy/nginx.conf` (decision 17).
"""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from ipaddress import ip_network
from types import FrameType

import structlog
import uvicorn
from starlette.types import ASGIApp

from app.http.admission import Admission
from app.http.connection import Connection, State
from app.http.crowd import RESERVED_FILES, Crowd
from app.http.listening import BACKLOG, ServerError, accepted, refuse_handshakes
from app.http.protection import Protection
from app.settings import Settings

_log = structlog.get_logger(__name__)

# Common load balancers keep an idle connection for 60 seconds; the side that closes first must not be this one.
KEEP_ALIVE_SECONDS = 75
# The soft limit of open files is often 1,024: too few for the connections of a busy hour.
OPEN_FILES = 5120
CONNECTIONS_AT_ONCE = 4096
# Uvicorn calls `on_tick` that often.
_TICKS_OF_A_SECOND = 10
# Handshakes that have begun are finished within this.
LAST_ARRIVALS_SECONDS = 0.25
# Whoever has connected and sent nothing by then is not waited for at the end.
SILENCE_SECONDS = 2.0
GRACE_SECONDS = 30
_TICK_SECONDS = 0.05
# What a supervisor orders.
END = b"e"
END_NOW = b"n"


def _trusted(proxies: Collection[str]) -> list[str]:
    """As uvicorn reads them: it never matches a network with bits of a host (10.0.0.7/24), nor `*` among others."""
    return ["*"] if "*" in proxies else [str(ip_network(proxy, strict=False)) for proxy in proxies]


async def run_server(
    app: ASGIApp,
    settings: Settings,
    *,
    listener: socket.socket,
    on_started: Callable[[], None],
    on_ending: Callable[[], None] = lambda: None,
    alone: bool = True,
    orders: int | None = None,
    share: int = 1,
) -> None:
    """Serve until SIGTERM, SIGINT or cancellation, then finish what has begun; `listener` is closed.

    `on_started` is called once requests are taken, `on_ending` when the end begins. After SIGTERM, connections are
    taken for `drain_seconds` more, each for one request. A second signal does not wait for anything. The
    signals are not passed on, so that the caller can put away in order what runs beside.

    Without `alone`, others hold the socket even when all of ours have ended. `orders` is a pipe from whoever started
    this process, one of `share`: it brings `END` or `END_NOW`, and ends when they must. Raises `ServerError` when the
    app refuses to start.
    """
    protection = Protection(secure=settings.production)
    config = uvicorn.Config(
        Admission(app, settings.cors_origins, settings.root_path, share, protection),
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=_trusted(settings.trusted_proxies),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        backlog=BACKLOG,
    )
    most = min(CONNECTIONS_AT_ONCE, max(_allow_open_files() - RESERVED_FILES, RESERVED_FILES))
    server = _Server(config, on_started, on_ending, settings.drain_seconds, alone, orders is not None)
    server.server_state.root = settings.root_path
    server.server_state.protection = protection
    server.server_state.crowd = Crowd(most, settings.trusted_proxies)
    loop = asyncio.get_running_loop()
    if orders is not None:
        loop.add_reader(orders, server.obey, orders)
    try:
        await server.serve(sockets=[listener])
    except SystemExit as error:
        raise ServerError("The application refused to start; the log says why.") from error
    except asyncio.CancelledError:
        if server.started:
            server.end(drain_seconds=0)
            await server.shutdown(sockets=[listener])
        raise
    finally:
        if orders is not None:
            loop.remove_reader(orders)
        listener.close()


class _Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        on_started: Callable[[], None],
        on_ending: Callable[[], None],
        drain_seconds: float,
        alone: bool,
        ordered: bool,
    ) -> None:
        super().__init__(config)
        self.server_state: State = State()
        self._on_started = on_started
        self._on_ending = on_ending
        self._drain_seconds = drain_seconds
        self._last = alone and not ordered
        self._last_of_all = alone
        self._ordered = ordered

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_OF_A_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in self._connections():
                connection.drop_if_overdue(now)
        return await super().on_tick(counter)

    def end(self, *, drain_seconds: float | None = None) -> None:
        """Begin to end."""
        if drain_seconds is not None:
            self._drain_seconds = drain_seconds
        self.should_exit = True
        if not self.server_state.ending:
            self.server_state.ending = True
            self._on_ending()
            for connection in self._connections():
                connection.announce_end()

    def obey(self, orders: int) -> None:
        """End as told; twice told to end now, without waiting for anything."""
        told = os.read(orders, 16)
        if not told:
            asyncio.get_running_loop().remove_reader(orders)
        self._last = self._last_of_all
        self.force_exit = self.force_exit or told.count(END_NOW) > 1
        self.end(drain_seconds=0 if END_NOW in told else None)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        await self._wait(loop.time() + self._drain_seconds, lambda: False)
        await self._stop_listening(sockets or [])
        begun = loop.time()

        def all_answered() -> bool:
            for connection in self._connections():
                connection.close_if_idle(even_new=loop.time() - begun > SILENCE_SECONDS)
            return not self.server_state.connections and not self.server_state.tasks

        await self._wait(begun + GRACE_SECONDS, all_answered)
        if self.server_state.tasks and not self.force_exit:
            _log.warning("requests_cut_off", number=len(self.server_state.tasks), seconds=GRACE_SECONDS)
        for task in self.server_state.tasks:
            task.cancel()
        for connection in self._connections():
            connection.transport.abort()
        if not self.force_exit:
            await self.lifespan.shutdown()

    async def _stop_listening(self, sockets: list[socket.socket]) -> None:
        """Close the listener, unless others go on with it, when nobody waits to be accepted."""
        loop = asyncio.get_running_loop()
        rest = [listener.dup() for listener in sockets] if self._last else []
        for listener in rest:
            refuse_handshakes(listener)
        if rest and not self.force_exit:
            await asyncio.sleep(LAST_ARRIVALS_SECONDS)
        for server in self.servers:
            server.close()
        for listener in sockets:
            listener.close()
        for listener in rest:
            for connection in accepted(listener):
                await loop.connect_accepted_socket(self._connection, connection)
            listener.close()
        # What the loop has accepted becomes a connection of ours a moment later.
        await asyncio.sleep(_TICK_SECONDS)

    def _connection(self) -> Connection:
        return Connection(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def _connections(self) -> list[Connection]:
        return [connection for connection in self.server_state.connections if isinstance(connection, Connection)]

    async def _wait(self, until: float, done: Callable[[], bool]) -> None:
        """Wait until `done`, for as long as nobody asks twice for the end."""
        loop = asyncio.get_running_loop()
        while True:
            if self.force_exit or loop.time() >= until or done():
                return
            await asyncio.sleep(_TICK_SECONDS)

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
        # Where there are orders, the same wish to end may come twice, as a signal and as an order.
        self.force_exit = self.should_exit and not self._ordered
        # Whoever presses Ctrl-C waits for the end, and no balancer does.
        self.end(drain_seconds=0 if sig == signal.SIGINT else None)


def _allow_open_files() -> int:
    """Raise the soft limit of open files as far as is allowed; return it."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return OPEN_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
        return reachable
    return OPEN_FILES if soft == resource.RLIM_INFINITY else soft
