"""Open database connections, lent to one request or job at a time.

A lease brings both views of one connection: SQLAlchemy's for the ORM, and the driver's for compiled statements. Both
leave transactions to `app.database`: SQLAlchemy is in autocommit mode, so it never begins or ends one itself.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import asyncpg
from pydantic_core import from_json
from sqlalchemy import AdaptedConnection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app import hosts, row_context, tracing

# Servers, proxies and firewalls drop connections that are old. Ours are replaced before.
_OLDEST_SECONDS = 1800.0
_SHORTLY_SECONDS = 0.4
# What packets that vanish have begun never ends. Once the network is back, whoever begins anew is answered.
_AGAIN_SECONDS = 1.0
_GOODBYE_SECONDS = 2.0
# Seconds of silence, seconds between the probes that follow, and how many of them. The kernel then gives the connection
# up, before a request finds it dead; the database likewise, and lets go of the locks of a server that vanished.
_KEEPALIVE = (10, 5, 3)

# What a connection that was lost while nobody used it raises.
LOST = (
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
    TimeoutError,
)

_KEEPALIVE_SETTINGS = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count")
_KEEPALIVE_OPTIONS = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
# Enough for every statement of the product, so that none is prepared twice on a connection.
_PREPARED_STATEMENTS = 1000


_made: ContextVar[list[asyncpg.Connection]] = ContextVar("made")
"""What the driver has opened for the task; SQLAlchemy then still asks the database for this and that."""


def open_engine(url: str, timeout: float, command_timeout: float | None) -> AsyncEngine:
    """The engine that opens connections, within `timeout` seconds each."""
    engine = create_async_engine(
        url,
        # The leases are the pool, and `app.database` begins and ends the transactions.
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        json_deserializer=from_json,
        # Errors are logged, and logs must not contain user input.
        hide_parameters=True,
        connect_args={
            "async_creator_fn": _connect_driver,
            "timeout": timeout,
            "command_timeout": command_timeout,
            "prepared_statement_cache_size": _PREPARED_STATEMENTS,
            "statement_cache_size": _PREPARED_STATEMENTS,
            # Otherwise asyncpg prepares, and PostgreSQL plans, every statement again after five minutes.
            "max_cached_statement_lifetime": 0,
            "server_settings": {
                "application_name": "centre-recognition",
                "timezone": "UTC",
                "lock_timeout": "5s",
                # Compiling a plan takes longer than any statement of ours runs.
                "jit": "off",
                "idle_in_transaction_session_timeout": "30s",
                **dict(zip(_KEEPALIVE_SETTINGS, map(str, _KEEPALIVE), strict=True)),
            },
        },
    )
    event.listen(engine.sync_engine, "invalidate", _terminate)
    return engine


async def _connect_driver(*arguments: Any, **options: Any) -> asyncpg.Connection:
    driver = await hosts.connect(*arguments, **options)
    _keep_alive(driver)
    _made.get([]).append(driver)
    return driver


def _terminate_all(drivers: list[asyncpg.Connection]) -> None:
    for driver in drivers:
        driver.terminate()


def _terminate(adapted: AdaptedConnection, *_: object) -> None:
    """Otherwise SQLAlchemy says goodbye for two seconds, beyond the deadline that has just cut a statement off."""
    adapted.driver_connection.terminate()


@dataclass(eq=False)
class Lease:
    """One open connection."""

    connection: AsyncConnection
    driver: asyncpg.Connection
    opened_at: float = field(default_factory=monotonic)
    shows: str = row_context.NOTHING
    """What a statement outside a transaction sees, as its last holder left it."""

    @property
    def usable(self) -> bool:
        """False once the connection is known to be lost, in the middle of a transaction, or old."""
        lost = self.driver.is_closed() or self.driver.is_in_transaction()
        return not lost and monotonic() - self.opened_at < _OLDEST_SECONDS

    def abandon(self) -> None:
        """Cut the connection off at once."""
        self.driver.terminate()
        connection = self.connection.sync_connection
        assert connection is not None
        connection.invalidate()
        connection.close()


class Leases:
    """At most `size` connections. The one used last is lent first, so that spare ones fall idle.

    No ping tells whether a connection still works, because it would cost as much as the first statement does: the
    holder repeats that one on a `fresh` connection (see `LeasedSession.fetch_context`).
    """

    def __init__(self, engine: AsyncEngine, size: int, timeout: float) -> None:
        """`timeout` is how long to wait for a connection, in seconds."""
        self._engine = engine
        self._timeout = timeout
        self._places = asyncio.Semaphore(size)
        self._idle: list[Lease] = []
        self._open: set[Lease] = set()
        self._opening: set[asyncio.Task[Lease]] = set()
        self._loggers: list[Callable[[Any], None]] = []
        self.answered_at = float("-inf")
        """When the database last answered the first statement of a lease (`time.monotonic`)."""
        self.size = size
        self.waiting = 0
        """How many wait for a connection now."""
        self.timeouts = 0
        """How many have waited for one in vain."""
        self.lost = 0
        """How many connections were found lost, or were given up in the middle of a statement."""
        tracing.watch(engine, self)

    async def take(self, *, asked_at: float, fresh: bool = False) -> Lease:
        """Lend a connection; a newly opened one if it has to be `fresh`. The time-out runs from `asked_at` (the loop's
        time). Raises `TimeoutError` and the driver's errors."""
        if not fresh and self._idle and not self._places.locked():
            await self._places.acquire()
            lease = self._idle.pop()
            if lease.usable:
                return lease
            self.drop(lease)
        self.waiting += 1
        try:
            return await self._wait(asked_at, fresh)
        except TimeoutError:
            self.timeouts += 1
            raise
        finally:
            self.waiting -= 1

    async def _wait(self, asked_at: float, fresh: bool) -> Lease:
        async with asyncio.timeout_at(asked_at + self._timeout):
            await self._places.acquire()
            try:
                while self._idle and not fresh:
                    lease = self._idle.pop()
                    if lease.usable:
                        return lease
                    await self._close(lease)
                return await self._connect()
            except BaseException:
                self._places.release()
                raise

    @property
    def idle(self) -> int:
        """How many open connections nobody holds."""
        return len(self._idle)

    @property
    def held(self) -> int:
        """How many are lent."""
        return len(self._open) - len(self._idle)

    def last_moment(self, asked_at: float) -> float:
        """Until when the first statement must have been answered; who had to wait for long gets a little more time."""
        return max(asked_at + self._timeout, asyncio.get_running_loop().time() + _SHORTLY_SECONDS)

    def give_back(self, lease: Lease) -> None:
        """Take the connection back for the next holder, unless it must not be used again."""
        if lease.usable:
            self._idle.append(lease)
            self._places.release()
        else:
            self.drop(lease)

    def drop(self, lease: Lease) -> None:
        """Give the connection up without a word to the database, which may not be there to hear it."""
        self.lost += 1
        self._open.discard(lease)
        lease.abandon()
        self._places.release()

    def suspect(self, since: float) -> None:
        """Give up the connections that nobody holds, unless the database has answered others `since` then
        (`time.monotonic`): one was lost, and the cause has seldom stopped at that one."""
        if self.answered_at > since:
            return
        while self._idle:
            self.lost += 1
            lease = self._idle.pop()
            self._open.discard(lease)
            lease.abandon()

    def watch(self, logger: Callable[[Any], None]) -> None:
        """Have the driver call `logger` with every statement that it is given directly."""
        self._loggers.append(logger)
        for lease in self._open:
            lease.driver.add_query_logger(logger)

    def unwatch(self, logger: Callable[[Any], None]) -> None:
        """Undo `watch`."""
        self._loggers.remove(logger)
        for lease in self._open:
            lease.driver.remove_query_logger(logger)

    def count_statements(self, seen: list[str]) -> Callable[[], None]:
        """Append every statement to `seen` until the returned function is called. Commands that begin or end a
        transaction are left out."""

        def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            seen.append(statement)

        def note_driver(query: Any) -> None:
            if not query.query.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                seen.append(query.query)

        event.listen(self._engine.sync_engine, "before_cursor_execute", note)
        self.watch(note_driver)

        def stop() -> None:
            event.remove(self._engine.sync_engine, "before_cursor_execute", note)
            self.unwatch(note_driver)

        return stop

    async def close(self) -> None:
        """Close the connections that nobody holds; without a word where the database does not listen."""
        # All at once, because each may have to wait for a database that does not answer.
        idle, self._idle = self._idle, []
        await asyncio.gather(*(self._close(lease) for lease in idle))
        if self._opening:
            await asyncio.wait(self._opening, timeout=_GOODBYE_SECONDS)

    async def _connect(self) -> Lease:
        """Open a connection. For as long as the database is silent, try anew every second, beside what is tried."""
        opening = {self._begin_opening()}
        try:
            while True:
                done, _ = await asyncio.wait(opening, timeout=_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if done:
                    first = done.pop()
                    opening.remove(first)
                    return first.result()
                # A database that answers others has merely no time for this one yet.
                if monotonic() - self.answered_at > _AGAIN_SECONDS:
                    opening.add(self._begin_opening())
        finally:
            # Not cancelled, because what SQLAlchemy has half opened then is never closed.
            for late in opening:
                late.add_done_callback(self._abandon_late)

    def _begin_opening(self) -> asyncio.Task[Lease]:
        task = asyncio.create_task(self._open_lease())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)
        return task

    async def _open_lease(self) -> Lease:
        made: list[asyncpg.Connection] = []
        _made.set(made)
        # The time-out of the driver ends with its own part of it.
        too_late = asyncio.get_running_loop().call_later(self._timeout, _terminate_all, made)
        try:
            connection = await self._engine.connect()
        finally:
            too_late.cancel()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        for logger in self._loggers:
            driver.add_query_logger(logger)
        lease = Lease(connection, driver)
        self._open.add(lease)
        return lease

    def _abandon_late(self, opening: asyncio.Future[Lease]) -> None:
        if not opening.cancelled() and opening.exception() is None:
            self._open.discard(opening.result())
            opening.result().abandon()

    async def _close(self, lease: Lease) -> None:
        self._open.discard(lease)
        if lease.usable:
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await lease.driver.close(timeout=_GOODBYE_SECONDS)
        lease.abandon()


def _keep_alive(driver: asyncpg.Connection) -> None:
    """Have the kernel find out when the other side of the connection is gone, on Linux."""
    found = driver._transport.get_extra_info("socket")
    if found is None or found.family == socket.AF_UNIX or not all(hasattr(socket, name) for name in _KEEPALIVE_OPTIONS):
        return
    idle, between, times = _KEEPALIVE
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in zip(_KEEPALIVE_OPTIONS, _KEEPALIVE, strict=True):
        found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # The same for what was sent and is not acknowledged, in milliseconds.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, (idle + between * times) * 1000)
