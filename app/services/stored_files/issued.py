"""Issue a PDF: render it once and keep it with its hash, so that every download has the same bytes (decision 29)."""

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from weakref import WeakValueDictionary

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.clock import system_clock
from app.database import Database, Work
from app.domain.refusals.requests import Unavailable
from app.integrations.storage import DocumentStore, ObjectMissing, StorageUnavailable, keep_file
from app.models import IssuedFile
from app.pdf.issued.keeping import FOLDERS, PDF, IssuedDocument
from app.places import RENDERING
from app.queries.stored_files import find_issued
from app.services.stored_files.sound import read_sound


@dataclass(frozen=True)
class IssuedPdf:
    """An issued PDF in the store, as a download answers it."""

    storage_key: str
    size_bytes: int
    sha256: str
    file_name: str
    media_type: str = PDF


_making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def find_or_issue(work: Work, database: Database, store: DocumentStore, document: IssuedDocument) -> IssuedPdf:
    """Find the PDF, or issue it while no connection is held. Raises what `issue` raises."""
    row = await find_issued(work.session, document.kind, document.subject_id)
    if row is not None:
        return _pdf(row, document)
    async with work.aside():
        return await issue(database, store, document)


async def issue(database: Database, store: DocumentStore, document: IssuedDocument) -> IssuedPdf:
    """Find the PDF; render and store it first if that was never done. Slow: hold no connection.

    Whoever comes while it is rendered waits and gets the same. Where two processes render at once, each stores its own
    file, and the row that was written first decides which one counts. Raises `StorageFull`, `Unavailable` and
    `Overloaded`.
    """
    async with _making.setdefault(document.first_key, asyncio.Lock()):
        return await _find(database, document) or await _make(database, store, document)


async def issued_content(database: Database, store: DocumentStore, document: IssuedDocument) -> bytes:
    """Return the bytes of the PDF, issued first if need be. Raises what `issue` raises, and `DocumentDamaged`."""
    return await read_sound(database, store, await issue(database, store, document))


async def _find(database: Database, document: IssuedDocument) -> IssuedPdf | None:
    async with database.lease(read_only=True) as session:
        row = await find_issued(session, document.kind, document.subject_id)
    return _pdf(row, document) if row is not None else None


def _pdf(row: IssuedFile, document: IssuedDocument) -> IssuedPdf:
    return IssuedPdf(row.storage_key, row.size_bytes, row.sha256, document.file_name)


async def _make(database: Database, store: DocumentStore, document: IssuedDocument) -> IssuedPdf:
    found = await _kept_before(store, document)
    if found is not None:
        return await _note(database, document, found)
    content = await RENDERING.run(document.render)
    key = f"{FOLDERS[document.kind]}/{document.subject_id}/{uuid7()}.pdf"
    made = IssuedPdf(key, len(content), sha256(content).hexdigest(), document.file_name)
    await keep_file(store, key, BytesIO(content))
    noted = await _note(database, document, made, made_in=store)
    if noted.storage_key != key:
        # Another process was first. What is left behind by a fault here, the scheduled check removes.
        await store.delete(key)
    return noted


async def _kept_before(store: DocumentStore, document: IssuedDocument) -> IssuedPdf | None:
    """The file that an earlier release issued. It gets its hash now."""
    try:
        found = await store.digest(document.first_key)
    except ObjectMissing:
        return None
    except StorageUnavailable as error:
        raise Unavailable from error
    return IssuedPdf(document.first_key, found.kept.size, found.sha256, document.file_name)


async def _note(
    database: Database, document: IssuedDocument, made: IssuedPdf, *, made_in: DocumentStore | None = None
) -> IssuedPdf:
    """Write the row, unless another one was first, and return what counts. A rollback deletes a file that was made."""
    async with database.transaction() as session:
        if made_in is not None:
            session.undo.append(lambda: made_in.delete(made.storage_key))
        await session.execute(
            insert(IssuedFile)
            .values(
                id=uuid7(),
                kind=document.kind,
                subject_id=document.subject_id,
                storage_key=made.storage_key,
                size_bytes=made.size_bytes,
                sha256=made.sha256,
                issued_at=system_clock(),
            )
            .on_conflict_do_nothing(index_elements=["kind", "subject_id"])
        )
        row = await find_issued(session, document.kind, document.subject_id)
        assert row is not None, "an issued file is never taken back"
        return _pdf(row, document)
