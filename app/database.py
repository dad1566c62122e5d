"""The engine and the transaction. No other file commits.

A transaction ends before the response is sent (decision 1): a dependency with `yield` would commit afterwards, and a
database crash in between would lose an acknowledged write.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TypeVar

import asyncpg
import structlog
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.util import await_only

from app import row_context
from app.database_errors import NotCommitted, translate_errors
from app.database_url import asyncpg_url
from app.domain.actors import Actor
from app.domain.refusals.base import Refusal
from app.leases import LOST, Lease, Leases, open_engine
from app.row_context import showing
from app.settings import Settings

# How long the first statement on a connection may take before the connection counts as lost.
_FIRST_STATEMENT_SECONDS = 1.5
# A row lock needs a transaction id, as a change does.
_HAS_LOCKED = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"

Then = Callable[[], Awaitable[None]]
T = TypeVar("T")
_log = structlog.get_logger(__name__)


class _Session(Session):
    """The synchronous half of `LeasedSession`."""


@event.listens_for(_Session, "after_begin")
def _start(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    await_only(session.info["leased"].start())


class LeasedSession(AsyncSession):
    """An ORM session on a leased connection, and the transaction of both."""

    sync_session_class = _Session

    def __init__(self, leases: Leases, lease: Lease, asked_at: float, *, read_only: bool, context: str) -> None:
        """`asked_at` is the loop's time when the lease was asked for."""
        self.context = context
        """What the rows' policies show (`app/row_context.py`). Set it before `start`; in a transaction, `see` does."""
        self._leases = leases
        self._lease: Lease | None = lease
        self._asked_at = asked_at
        self.reads_only = read_only
        self._begun_as: str | None = None
        """The context that the transaction began with; None outside a transaction."""
        self._proven = False
        self._was_started = False
        self.holds_turn = False
        """An advisory lock is held, so that the transaction must go on."""
        self.unbroken = False
        """Slow work goes on in the transaction, as when the sandbox plays many requests in one."""
        self.outgoing: object = None
        """What the outbox has collected for this transaction."""
        self.security_events: list[dict[str, object]] = []
        """What `services.security_events` has collected for this transaction."""
        self.undo: list[Then] = []
        self.before_commit: list[Then] = []
        """Called in the transaction when everything else is done; written then, such as the outbox."""
        self.after_commit: list[Then] = []
        self.after_rollback: list[Then] = []
        """Called in place of `after_commit` when the transaction was rolled back."""
        self.afterwards: list[Then] = []
        self.after_aside: list[Then] = []
        """Called in the new transaction after `aside`, to judge again what the old one had judged."""

    def __getattr__(self, name: str) -> object:
        """The ORM's half is made when it is first used: a request that runs compiled statements only needs none."""
        if name not in ("sync_session", "_proxied"):
            raise AttributeError(name)
        AsyncSession.__init__(
            self, self._held.connection, expire_on_commit=False, autoflush=False, info={"leased": self}
        )
        return self.__dict__[name]

    @property
    def _uses_orm(self) -> bool:
        return "sync_session" in self.__dict__

    @property
    def driver(self) -> asyncpg.Connection:
        """The leased connection. `RuntimeError` while none is held, and where it would show what another may see."""
        if self._begun_as is None and self._held.shows != self.context:
            raise RuntimeError("the connection shows another actor's rows: begin the transaction first")
        return self._held.driver

    @property
    def _held(self) -> Lease:
        if self._lease is None:
            raise RuntimeError("no connection is held: the work stands aside, or has ended")
        return self._lease

    @property
    def has_changes(self) -> bool:
        """Objects are changed, and not flushed yet."""
        return self._uses_orm and bool(self.new or self.dirty or self.deleted)

    async def start(self) -> None:
        """Begin the transaction, unless it has begun."""
        if self._begun_as is None:
            await self._first(lambda driver: driver.execute(self._beginning()))
            self._begun_as, self._was_started = self.context, True

    def _beginning(self) -> str:
        # Not for the transaction alone: what follows its commit then sees the same without a statement more.
        begin = "BEGIN READ ONLY" if self.reads_only else "BEGIN"
        return begin if self._held.shows == self.context else f"{begin}; {showing(self.context, local=False)}"

    async def fetch_context(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run a statement that sets `app.context` for whatever follows and returns it as `context`. It commits by
        itself, and runs twice if the connection is lost before its answer has come."""
        assert self._begun_as is None, "a rollback would take the context back"

        async def run(driver: asyncpg.Connection) -> list[asyncpg.Record]:
            self._held.shows = row_context.UNKNOWN
            rows: list[asyncpg.Record] = await driver.fetch(statement, *values)
            self.context = self._held.shows = rows[0]["context"]
            return rows

        return await self._first(run)

    async def keep_showing(self) -> None:
        """Show the same rows outside the transaction, where each statement commits by itself."""
        if self._begun_as is None and self._held.shows != self.context:
            await self.fetch_context("SELECT set_config('app.context', $1, false) AS context", self.context)

    async def _first(self, run: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Run what may be the first statement on the connection; if that is lost, run it again on a fresh one."""
        if self._proven:
            return await run(self._held.driver)
        last_moment, asked_at = self._leases.last_moment(self._asked_at), monotonic()
        soon = asyncio.get_running_loop().time() + _FIRST_STATEMENT_SECONDS
        try:
            async with asyncio.timeout_at(min(soon, last_moment)):
                found = await run(self._held.driver)
        except LOST:
            async with asyncio.timeout_at(last_moment):
                await self._lease_afresh(asked_at)
                found = await run(self._held.driver)
        self._proven = True
        self._leases.answered_at = monotonic()
        return found

    async def _lease_afresh(self, lost_since: float) -> None:
        lost, self._lease = self._held, None
        self._leases.drop(lost)
        self._leases.suspect(lost_since)
        self._use(await self._leases.take(asked_at=self._asked_at, fresh=True))

    def _use(self, lease: Lease) -> None:
        self._lease = lease
        if self._uses_orm:
            self._async_bind = lease.connection
            self.sync_session.bind = lease.connection.sync_connection

    async def pause(self, *, keep_locks: bool = True) -> None:
        """End the reading transaction: the next statement commits by itself. Raises `RuntimeError` as `aside` does; not
        for locks where they need not be kept, because nothing rests on them yet."""
        if self.unbroken:
            return
        if self.has_changes or self.before_commit or self.holds_turn or (keep_locks and await self._has_locked()):
            raise RuntimeError("slow work must come before changes and locks")
        await self.commit()
        await self.keep_showing()
        if self._uses_orm:
            self.expunge_all()

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """End the reading transaction, give the connection back for the block, lease one again and begin anew.

        What was read before may have changed since: lock it and judge it again. Rows that were loaded keep their values
        and are no longer the session's. Raises `RuntimeError` after a change or a lock, which would be lost.
        """
        if self.unbroken:
            yield
            return
        await self.pause()
        lease, self._lease = self._held, None
        self._leases.give_back(lease)
        yield
        self._asked_at = asyncio.get_running_loop().time()
        self._use(await self._leases.take(asked_at=self._asked_at))
        self._proven = False
        if self._was_started:
            await self.start()
        else:
            await self.keep_showing()
        for check in self.after_aside:
            await check()

    async def _has_locked(self) -> bool:
        return self._begun_as is not None and await self.driver.fetchval(_HAS_LOCKED)

    async def commit(self) -> None:
        """Flush and commit. Raises `NotCommitted` when a statement has failed and nobody took note."""
        if self._uses_orm and self.in_transaction():
            await super().commit()
        if self._begun_as is not None:
            self.context, self._begun_as = self._begun_as, None
            if await self._held.driver.execute("COMMIT") != "COMMIT":
                raise NotCommitted
            self._held.shows = self.context

    async def rollback(self) -> None:
        """Undo everything since `start`, and forget what was to be done at the commit."""
        self.before_commit.clear()
        self.after_commit.clear()
        if self._uses_orm and self.in_transaction():
            await super().rollback()
        if self._begun_as is not None:
            self.context, self._begun_as = self._begun_as, None
            await self._held.driver.execute("ROLLBACK")

    async def end(self, *, lost: bool = False) -> None:
        """Give the connection back. If it may be `lost`, or another task still uses it, give it up instead."""
        lease, self._lease = self._lease, None
        if lease is None:
            return
        if lost:
            self._leases.drop(lease)
        else:
            self._leases.give_back(lease)
        if self._uses_orm and self.in_transaction():
            self.expunge_all()


@dataclass
class Work:
    """The context of a use case: transaction, actor, time and settings. One for each request or job."""

    session: LeasedSession
    actor: Actor
    now: datetime
    settings: Settings

    @property
    def driver(self) -> asyncpg.Connection:
        """The driver's connection, in the transaction of `session`, for statements that are compiled once."""
        return self.session.driver

    @property
    def undo(self) -> list[Then]:
        """Called when the transaction fails, to remove stored files that no row names."""
        return self.session.undo

    @property
    def after_commit(self) -> list[Then]:
        """Called after the commit on the connection that is still leased; each statement commits by itself. What must
        not be lost when the process dies in between belongs in the transaction."""
        return self.session.after_commit

    @property
    def afterwards(self) -> list[Then]:
        """Called after the commit without a connection, before the response is sent; lost if the process dies."""
        return self.session.afterwards

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Do slow work in the block while no connection is held; see `LeasedSession.aside`."""
        async with self.session.aside():
            yield


class Database:
    """The database of the process: one engine, and the connections that its requests and jobs lease."""

    def __init__(
        self, url: str, *, pool_size: int = 10, pool_timeout: float = 5.0, command_timeout: float | None = 30
    ) -> None:
        """Times in seconds. Without a `command_timeout`, whoever runs statements bounds them, as a request does by its
        deadline: a timer for each costs a fifteenth of a request."""
        self.engine = open_engine(asyncpg_url(url), pool_timeout, command_timeout)
        self.leases = Leases(self.engine, pool_size, pool_timeout)

    @classmethod
    def of(cls, settings: Settings, *, command_timeout: float | None = 30) -> "Database":
        """Open the database of the settings."""
        assert settings.database_url is not None, "the command line fills in the embedded database's URL"
        return cls(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool_size,
            pool_timeout=settings.database_pool_timeout_seconds,
            command_timeout=command_timeout,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[LeasedSession]:
        """Begin a transaction; commit when the block ends; roll back when it raises.

        Translates driver errors into `StaleVersion`, `Unavailable`, the refusal of a broken constraint, or
        `RefusedByDatabase`.
        """
        async with self.lease() as session:
            await session.start()
            yield session

    @asynccontextmanager
    async def lease(
        self, *, read_only: bool = False, context: str = row_context.SYSTEM
    ) -> AsyncIterator[LeasedSession]:
        """Lease a connection. A transaction begins with `start`, or when the ORM is first used; it ends as in
        `transaction`, with the same errors. Before, each statement commits by itself.

        `context` is what the rows' policies show; a request begins with nothing.
        """
        with translate_errors():
            asked_at = asyncio.get_running_loop().time()
            lease = await self.leases.take(asked_at=asked_at)
            session = LeasedSession(self.leases, lease, asked_at, read_only=read_only, context=context)
            try:
                try:
                    yield session
                    await _call(session.before_commit)
                except Exception as error:
                    await _fail(session, error)
                    raise
                except BaseException:
                    # Cancelled: a statement may still be running.
                    await session.end(lost=True)
                    await _call(session.undo)
                    raise
                # When this fails, nobody knows whether the rows are there. A row without its file is worse than a file
                # without its row.
                await session.commit()
                await _afterwards(session, session.after_commit)
                await session.end()
            finally:
                # Whatever was cut off, and wherever, the connection is not kept from the others.
                await session.end(lost=True)
        await _call(session.afterwards)

    async def fetch_alone(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run one statement (with `$1`, `$2` …) as the system. Raises the same as `transaction()`."""
        async with self.transaction() as session:
            found: list[asyncpg.Record] = await session.driver.fetch(statement, *values)
            return found

    def count_statements(self, seen: list[str]) -> Callable[[], None]:
        """Append every statement to `seen`; see `Leases.count_statements`."""
        return self.leases.count_statements(seen)

    async def close(self) -> None:
        """Close every connection."""
        await self.leases.close()
        await self.engine.dispose()


async def _fail(session: LeasedSession, error: Exception) -> None:
    if isinstance(error, Refusal) and error.keeps_changes:
        await _call(session.before_commit)
        await session.commit()
        await _afterwards(session, session.after_commit)
        await session.end()
        return
    try:
        # After a time-out, the connection may not answer.
        lost = isinstance(error, TimeoutError)
        if not lost:
            await session.rollback()
            await _afterwards(session, session.after_rollback)
        await session.end(lost=lost)
    except BaseException:
        await session.end(lost=True)
        raise
    finally:
        await _call(session.undo)


async def _afterwards(session: LeasedSession, them: list[Then]) -> None:
    try:
        if them:
            await session.keep_showing()
        await _call(them)
    except Exception:
        # The transaction has ended, and the answer must say how.
        _log.exception("fault_after_commit")


async def _call(them: list[Then]) -> None:
    for then in them:
        await then()
