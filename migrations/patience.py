"""Wait without making others wait: for the turn to migrate and for locks, and say who is in the way."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import TypeVar

from alembic import context
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only

from app.database_errors import CannotMigrate
from app.queries.locking import Turn

LOCK_TIMEOUT = "500ms"
"""Whoever comes after a statement that waits for a table's lock waits behind it."""

_PATIENCE_SECONDS = 1800.0
_LONGEST_PAUSE_SECONDS = 5.0
# A lock that did not come in time, and a deadlock of which this session was the victim.
_TRY_AGAIN = frozenset({"55P03", "40P01"})
_BLOCKERS = text(
    "SELECT pid, coalesce(usename, '?') AS role, coalesce(nullif(application_name, ''), '?') AS program, "
    "coalesce(state, '?') AS state, coalesce(round(extract(epoch FROM clock_timestamp() - xact_start)), 0) AS seconds "
    # An index that is built concurrently may wait for the moment of this very statement.
    "FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids(:pid)) AND pid <> pg_backend_pid()"
)

T = TypeVar("T")


def tell(words: str) -> None:
    """Print a line for the operator."""
    said: Callable[[str], None] | None = context.config.attributes.get("tell")
    if said is not None:
        said(words)
    else:
        print(words, file=sys.stderr, flush=True)


def persistently(run: Callable[[], T], *, undo: Callable[[], object]) -> T:
    """Run what needs locks until it gets them: after each failure, `undo` it and let the queue behind it pass.

    Raises `CannotMigrate` after half an hour.
    """
    for pause in pauses():
        try:
            return run()
        except DBAPIError as error:
            undo()
            if getattr(error.orig, "sqlstate", None) not in _TRY_AGAIN:
                raise
        rest(pause)
    raise CannotMigrate(
        "The migration could not get its locks: others held them all the time (their processes are named above). "
        "Nothing is lost. End those processes, or wait for a quieter hour, and run 'migrate' again."
    )


def pauses() -> Iterator[float]:
    """Growing pauses in seconds, until patience ends."""
    patience = float(context.config.attributes.get("patience_seconds", _PATIENCE_SECONDS))
    until, pause = monotonic() + patience, 0.5
    while monotonic() < until:
        yield pause
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def rest(seconds: float) -> None:
    """Sleep, and let the event loop go on meanwhile."""
    await_only(asyncio.sleep(seconds))


async def take_turn(holder: AsyncConnection) -> None:
    """Wait until no other process migrates. `holder` is in autocommit mode and keeps the lock until it closes.

    Asks again and again instead of waiting in PostgreSQL: a waiting statement has a snapshot, for whose end the other
    process's `CREATE INDEX CONCURRENTLY` would wait.
    """
    told = False
    for pause in pauses():
        taken = await holder.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": Turn.MIGRATION.value})
        if taken:
            return
        if not told:
            tell("Another process is migrating this database: waiting for it to finish.")
            told = True
        await asyncio.sleep(pause)
    raise CannotMigrate("Another process has been migrating this database for too long: look at it, and try again.")


@asynccontextmanager
async def naming_blockers(watcher: AsyncConnection, pid: int) -> AsyncIterator[None]:
    """During the block, tell the operator who keeps the session `pid` waiting for more than a moment."""
    watching = asyncio.create_task(_name_blockers(watcher, pid))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _name_blockers(watcher: AsyncConnection, pid: int) -> None:
    told: dict[int, float] = {}
    while True:
        await asyncio.sleep(0.4)
        for row in await watcher.execute(_BLOCKERS, {"pid": pid}):
            if monotonic() - told.get(row.pid, float("-inf")) < 30:
                continue
            told[row.pid] = monotonic()
            tell(
                f"Waiting for process {row.pid} of {row.role} ({row.program}), {row.state}, "
                f"in a transaction for {row.seconds:.0f} s."
            )
