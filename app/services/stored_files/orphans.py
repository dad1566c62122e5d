"""Find files that no row names: a process was killed, or a deadline struck, between the file and its row."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import structlog

from app.database import Database
from app.integrations.storage import DocumentStore, Kept
from app.pdf.issued.keeping import FOLDERS
from app.queries.stored_files import named_among, not_issued_yet
from app.services.stored_files.issued import adopt_issued

log = structlog.get_logger(__name__)

_KINDS = {folder: kind for kind, folder in FOLDERS.items()}
_ISSUED_BEFORE = re.compile(rf"({'|'.join(_KINDS)})/([0-9a-f-]{{36}})\.pdf")


# Beside the folders of issued PDFs. Nothing else is ever taken for an orphan.
_UPLOADED = ("policies", "actions", "documents")


def in_our_folders(key: str) -> bool:
    """True for a key that the product makes."""
    return key.partition("/")[0] in (*_UPLOADED, *_KINDS)


async def orphans(
    database: Database, store: DocumentStore, grace: timedelta, on_page: Callable[[int], None] = lambda _: None
) -> AsyncIterator[Kept]:
    """Find the files that no row names and that are older than the grace time, by the store's own clock.

    A younger one may belong to a transaction that has not ended. A PDF that an earlier release issued gets its row.
    """
    now = await store.now()
    async for page in store.every():
        on_page(len(page))
        old = {kept.key: kept for kept in page if now - kept.modified > grace and in_our_folders(kept.key)}
        if not old:
            continue
        async with database.lease(read_only=True) as session:
            named = await named_among(session, old)
        for key, kept in old.items():
            if key not in named and not await _was_issued(database, store, key):
                yield kept


async def remove_orphan(database: Database, store: DocumentStore, orphan: Kept) -> bool:
    """Delete the file, unless a row has named it meanwhile."""
    async with database.lease(read_only=True) as session:
        if await named_among(session, [orphan.key]):
            return False
    await store.delete(orphan.key)
    log.warning("orphaned_file_removed", storage_key=orphan.key, size=orphan.size, modified=str(orphan.modified))
    return True


async def _was_issued(database: Database, store: DocumentStore, key: str) -> bool:
    """True for a PDF that a release up to 1.2 issued, and nobody has asked for since: its row and hash are written."""
    match = _ISSUED_BEFORE.fullmatch(key)
    if match is None:
        return False
    kind, subject = _KINDS[match[1]], UUID(match[2])
    async with database.lease(read_only=True) as session:
        if not await not_issued_yet(session, kind, [subject]):
            return False
    return await adopt_issued(database, store, kind, subject, key)
