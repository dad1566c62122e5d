"""The scheduled check of the document store: orphans at every run, and the files of all rows in rounds."""

from datetime import timedelta
from time import monotonic
from typing import Final

import structlog

from app.clock import system_clock
from app.database import Database
from app.integrations.storage import DocumentStore
from app.models import StoreCheck
from app.queries.stored_files import count_damaged, lock_store_check
from app.services.stored_files.checking import check_page, recheck_damaged
from app.services.stored_files.orphans import orphans, remove_orphan

log = structlog.get_logger(__name__)

# With a run every four hours, no file stays without a row for more than a day.
GRACE: Final = timedelta(hours=18)
# Every file is read once a week; more often costs a service's traffic.
_ROUND_EVERY: Final = timedelta(days=7)
_SECONDS_OF_A_RUN: Final = 1_200.0


async def check_store(database: Database, store: DocumentStore) -> None:
    """Remove orphans and unfinished uploads, look at damaged files again, and go on with the round of all files.

    Reads for twenty minutes at most; the next run goes on where this one ended. Holds no transaction while it reads.
    Raises `StorageError` and `Unavailable`.
    """
    until = monotonic() + _SECONDS_OF_A_RUN
    await store.sweep()
    await _remove_orphans(database, store)
    await recheck_damaged(database, store)
    await _go_on(database, store, until)


async def _remove_orphans(database: Database, store: DocumentStore) -> None:
    listed = removed = 0

    def count(page: int) -> None:
        nonlocal listed
        listed += page

    async for orphan in orphans(database, store, GRACE, count):
        removed += await remove_orphan(database, store, orphan)
    await _save(database, "orphans", position="", counted=listed, found=removed, complete=True)
    log.info("orphans_checked", listed=listed, removed=removed)


async def _go_on(database: Database, store: DocumentStore, until: float) -> None:
    async with database.transaction() as session:
        row = await lock_store_check(session, "documents")
        position, counted = (row.position, row.counted) if row is not None else ("", 0)
        if row is not None and not position and system_clock() - row.begun_at < _ROUND_EVERY:
            return
    while monotonic() < until:
        checked = await check_page(database, store, position)
        if checked is None:
            found = await _count_damaged(database)
            await _save(database, "documents", position="", counted=counted, found=found, complete=True)
            log.info("documents_checked", checked=counted, damaged=found)
            return
        position, counted = checked.position, counted + checked.count
        await _save(database, "documents", position=position, counted=counted)


async def _count_damaged(database: Database) -> int:
    async with database.lease(read_only=True) as session:
        return await count_damaged(session)


async def _save(
    database: Database, name: str, *, position: str, counted: int, found: int = 0, complete: bool = False
) -> None:
    now = system_clock()
    async with database.transaction() as session:
        row = await lock_store_check(session, name)
        if row is None:
            row = StoreCheck(name=name, position="", begun_at=now, counted=0, last_counted=0, last_found=0)
            session.add(row)
        if not row.position:
            row.begun_at = now
        row.position, row.counted = position, counted
        if complete:
            row.completed_at, row.counted, row.last_counted, row.last_found = now, 0, counted, found
