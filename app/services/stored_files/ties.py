"""Tie the document store to the database when the first process starts on both, and never again (decision 27).

The store carries a marker with an id that the database keeps. So a folder that is not mounted, or the bucket of another
deployment, is recognised before anything is written to it or found missing from it.
"""

from uuid import UUID, uuid4

import structlog

from app.clock import Clock
from app.database import Database
from app.integrations.storage import DocumentStore, StorageUnavailable, WrongStore
from app.models import Deployment
from app.queries.deployment import lock_deployment
from app.queries.stored_files import NamedFile, some_files

log = structlog.get_logger(__name__)

# Of each kind. One of them is enough: a file may be lost.
_LOOKED_FOR = 10


async def tie_store(database: Database, store: DocumentStore, clock: Clock) -> None:
    """Have the store refuse everything unless it carries this database's marker; write the marker the first time.

    Safe to call from several processes at once. A store that is tied already and cannot be reached is told in the log:
    requests that need it are refused until it can. Raises `WrongStore`, and `StorageUnavailable` while it is not tied.
    """
    row, files = await _owner(database)
    assert row.store_id is not None, "the row has just got its id"
    if row.store_tied_at is None:
        await _require_tieable(store, row.store_id, files)
        await _tie(database, store, clock, row.store_id)
        return
    store.expect(row.store_id)
    try:
        _require_owner(store, await store.marker(), row.store_id)
    except WrongStore:
        raise
    except StorageUnavailable as error:
        log.warning("document_store_unavailable", reason=str(error))


async def adopt_store(database: Database, store: DocumentStore, clock: Clock) -> None:
    """Write the marker into a store that has none, because the operator says that it is the right one: restored without
    the marker, or empty because the documents are lost. Raises `WrongStore` if it belongs to another database."""
    row, _ = await _owner(database)
    assert row.store_id is not None, "the row has just got its id"
    found = await store.marker()
    if found is not None:
        _require_owner(store, found, row.store_id)
    await _tie(database, store, clock, row.store_id)


async def owner_of(database: Database) -> UUID:
    """Return the id in the marker of the database's store."""
    row, _ = await _owner(database)
    assert row.store_id is not None, "the row has just got its id"
    return row.store_id


async def _owner(database: Database) -> tuple[Deployment, list[NamedFile]]:
    """The row, with an id from now on. The id is committed before the store gets it: a process that dies in between
    leaves a store without a marker, never one with a marker that nobody knows."""
    async with database.transaction() as session:
        row = await lock_deployment(session)
        assert row is not None, "the database's purpose is decided first"
        row.store_id = row.store_id or uuid4()
        return row, await some_files(session, _LOOKED_FOR)


async def _require_tieable(store: DocumentStore, owner: UUID, files: list[NamedFile]) -> None:
    found = await store.marker()
    if found is not None:
        _require_owner(store, found, owner)
    elif files:
        # A deployment from before there were markers.
        if not await _holds_any(store, files):
            raise WrongStore(
                f"The document store {store.url} has none of the documents that the database names: is the folder "
                "mounted, and the bucket the right one?"
            )
    elif await _holds_anything(store):
        raise WrongStore(
            f"The document store {store.url} holds files, and the database names none: use an empty folder or bucket, "
            "or the database that the files belong to."
        )


async def _tie(database: Database, store: DocumentStore, clock: Clock, owner: UUID) -> None:
    await store.mark(owner)
    store.expect(owner)
    async with database.transaction() as session:
        row = await lock_deployment(session)
        assert row is not None, "the row is never removed"
        row.store_tied_at = row.store_tied_at or clock()


def _require_owner(store: DocumentStore, found: UUID | None, owner: UUID) -> None:
    if found is None:
        raise WrongStore(
            f"The document store {store.url} has lost its marker: is the folder mounted, and the bucket the right one? "
            "If it was restored without the marker, run 'python -m app documents adopt'."
        )
    if found != owner:
        raise WrongStore(
            f"The document store {store.url} belongs to another database: give each its own folder or bucket, in "
            "DOCUMENT_STORE_URL or DATA_DIR."
        )


async def _holds_any(store: DocumentStore, files: list[NamedFile]) -> bool:
    for file in files:
        if await store.exists(file.storage_key):
            return True
    return False


async def _holds_anything(store: DocumentStore) -> bool:
    async for _ in store.every():
        return True
    return False
