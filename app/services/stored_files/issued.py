"""Issue a PDF: render it once and keep it with its hash, so that every download has the same bytes (decision 27)."""

import asyncio
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.clock import system_clock
from app.database import Database, Work
from app.domain.refusals.invoices import NoElectronicInvoice
from app.domain.refusals.requests import Unavailable
from app.domain.stored_files import IssuedKind
from app.integrations.storage import DocumentStore, ObjectMissing, StorageUnavailable, discard_file, keep_file
from app.models import IssuedFile
from app.pdf.issued.keeping import EXTENSIONS, FOLDERS, PDF, IssuedDocument
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
    assert not document.is_copy, "only the original is kept"
    async with _making.setdefault(document.first_key, asyncio.Lock()):
        return await _find(database, document) or await _make(database, store, document)


async def issued_content(database: Database, store: DocumentStore, document: IssuedDocument) -> bytes:
    """Return the bytes of the PDF, issued first if need be. Raises what `issue` raises, and `DocumentDamaged`.

    A copy is only rendered, which may raise `Overloaded`.
    """
    if document.is_copy:
        return await _rendered(database, store, document)
    return await read_sound(database, store, await issue(database, store, document))


async def _find(database: Database, document: IssuedDocument) -> IssuedPdf | None:
    async with database.lease(read_only=True) as session:
        row = await find_issued(session, document.kind, document.subject_id)
    return _pdf(row, document) if row is not None else None


def _pdf(row: IssuedFile, document: IssuedDocument) -> IssuedPdf:
    return IssuedPdf(row.storage_key, row.size_bytes, row.sha256, document.file_name, document.media_type)


async def adopt_issued(database: Database, store: DocumentStore, kind: IssuedKind, subject_id: UUID, key: str) -> bool:
    """Write the row of a PDF that an earlier release issued; its hash is that of now. False if another one counts."""
    digest = await store.digest(key)
    noted = await _note(database, kind, subject_id, _Made(key, digest.kept.size, digest.sha256))
    return noted.storage_key == key


async def _make(database: Database, store: DocumentStore, document: IssuedDocument) -> IssuedPdf:
    found = await _kept_before(store, document)
    if found is not None:
        return _pdf(await _note(database, document.kind, document.subject_id, found), document)
    content = await _rendered(database, store, document)
    key = f"{FOLDERS[document.kind]}/{document.subject_id}/{uuid7()}{EXTENSIONS[document.media_type]}"
    await keep_file(store, key, BytesIO(content))
    made = _Made(key, len(content), sha256(content).hexdigest())
    noted = await _note(database, document.kind, document.subject_id, made, made_in=store)
    if noted.storage_key != key:
        # Another process was first.
        await discard_file(store, key)
    return _pdf(noted, document)


async def _rendered(database: Database, store: DocumentStore, document: IssuedDocument) -> bytes:
    """Render it with what is attached: the very bytes that are kept, and so served by themselves."""
    if document.attached is None:
        return await RENDERING.run(document.render)
    try:
        inside = await issued_content(database, store, document.attached.document)
    except NoElectronicInvoice:
        return await RENDERING.run(document.render)
    return await RENDERING.run(partial(document.attached.render, inside))


async def _kept_before(store: DocumentStore, document: IssuedDocument) -> "_Made | None":
    """The file that an earlier release issued. It gets its hash now."""
    try:
        found = await store.digest(document.first_key)
    except ObjectMissing:
        return None
    except StorageUnavailable as error:
        raise Unavailable from error
    return _Made(document.first_key, found.kept.size, found.sha256)


@dataclass(frozen=True)
class _Made:
    storage_key: str
    size_bytes: int
    sha256: str


async def _note(
    database: Database, kind: IssuedKind, subject_id: UUID, made: _Made, *, made_in: DocumentStore | None = None
) -> IssuedFile:
    """Write the row, unless another one was first, and return what counts. A rollback deletes a file that was made."""
    async with database.transaction() as session:
        if made_in is not None:
            session.undo.append(lambda: discard_file(made_in, made.storage_key))
        values = asdict(made) | {"id": uuid7(), "kind": kind, "subject_id": subject_id, "issued_at": system_clock()}
        await session.execute(
            insert(IssuedFile).values(values).on_conflict_do_nothing(index_elements=["kind", "subject_id"])
        )
        row = await find_issued(session, kind, subject_id)
        assert row is not None, "an issued file is never taken back"
        return row
