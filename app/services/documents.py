"""Publish versions of the awarding organisation's documents (R15)."""

from io import BytesIO
from uuid import UUID

from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.documents import AGREED_KINDS, DOCUMENT_TITLES, DocumentKind
from app.domain.events import EventType
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import Unavailable
from app.domain.scans import require_content, require_scanned
from app.domain.uploads import ScanState, scan_state
from app.integrations.inspection import FileKind
from app.integrations.storage import DocumentStore, discard_file, keep_file, receive_file
from app.integrations.virus_scan import CannotScan, ScannerError
from app.letters.documents.new_version import AgreementVersionPublished
from app.models import Document
from app.queries import documents as queries
from app.schemas import documents as schemas
from app.services.uploads import CheckedFile, Upload, check_upload, scan_at_once
from app.settings import Settings


async def publish(
    work: Work, store: DocumentStore, kind: DocumentKind, title: str | None, upload: Upload
) -> schemas.Document:
    """Publish a new version, current from now on. A new agreement or code of conduct is announced to centres with an
    open draft.

    Raises `InvalidInput` unless the file is a sound PDF without a virus, `TooLarge`, `StorageFull` and `Unavailable`.
    """
    id_ = uuid7()
    async with work.aside():
        checked = await check_upload(upload, limit_bytes=work.settings.upload_limit_bytes, kinds=(FileKind.PDF,))
        state = await _scan(work.settings, checked)
        await _keep(work, store, id_, checked)
    row = await _add_version(work, id_, kind, title or DOCUMENT_TITLES[kind], checked, state)
    if kind in AGREED_KINDS:
        await outbox.queue(work, AgreementVersionPublished(document_id=row.id))
    return _to_schema(work, row, current=True)


async def publish_sample(work: Work, store: DocumentStore, kind: DocumentKind, content: bytes) -> None:
    """Publish a development sample as the system. Nobody is told, because a sample binds nobody."""
    spool = await receive_file(BytesIO(content))
    name = f"sample-{kind.value.replace('_', '-')}.pdf"
    checked = CheckedFile(spool, name, FileKind.PDF.media_type, spool.size, spool.sha256())
    id_ = uuid7()
    await _keep(work, store, id_, checked)
    await _add_version(work, id_, kind, f"{DOCUMENT_TITLES[kind]} (sample)", checked, None, sample=True)


async def _scan(settings: Settings, file: CheckedFile) -> ScanState | None:
    """Scan now: a version is current as soon as it is published, and centres must be able to read it."""
    try:
        return await scan_at_once(settings, file.content)
    except CannotScan as error:
        raise fault("/file", InputFaultCode.FILE_NOT_SCANNED, f"The virus scanner cannot check it. {error}") from error
    except ScannerError as error:
        raise Unavailable("The virus scanner does not answer. Nothing was changed; try again in a moment.") from error


async def _keep(work: Work, store: DocumentStore, id_: UUID, file: CheckedFile) -> None:
    """Store the file; a rollback deletes it."""
    work.undo.append(lambda: discard_file(store, _key(id_)))
    await keep_file(store, _key(id_), file.content)


def _key(id_: UUID) -> str:
    return f"documents/{id_}"


async def _add_version(
    work: Work,
    id_: UUID,
    kind: DocumentKind,
    title: str,
    file: CheckedFile,
    state: ScanState | None,
    *,
    sample: bool = False,
) -> Document:
    row = Document(
        id=id_,
        kind=kind,
        version=await queries.lock_next_version(work.session, kind),
        title=title,
        file_name=file.file_name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        storage_key=_key(id_),
        scan_state=state,
        scanned_at=work.now if state is not None else None,
        sample=sample,
        published_by=work.actor.id,
        published_at=work.now,
    )
    work.session.add(row)
    await outbox.record(
        work,
        EventType.DOCUMENT_PUBLISHED,
        ("document", row.id),
        summary=f"{title}, version {row.version}, published",
        centre_sees=False,
        before={"kind": kind.value, "version": row.version - 1} if row.version > 1 else None,
        after={"kind": kind.value, "version": row.version, "sha256": row.sha256, "sample": sample},
    )
    await work.session.flush()
    return row


async def list_all(work: Work, query: schemas.DocumentQuery) -> schemas.DocumentPage:
    """List a page of documents, the newest first."""
    rows, cursor = await queries.list_documents(work, query)
    current = await _current_ids(work)
    items = [_to_schema(work, row, current=row.id in current) for row in rows]
    return schemas.DocumentPage(items=items, next_cursor=cursor)


async def show(work: Work, row: Document) -> schemas.Document:
    return _to_schema(work, row, current=row.id in await _current_ids(work))


def find_content(work: Work, row: Document) -> Document:
    """Return the document to download. Raises `Conflict` unless it passed the virus scan, and for a redacted one."""
    require_content(row.redacted_at)
    require_scanned(row.scan_state, scanning=work.settings.scanning)
    return row


async def _current_ids(work: Work) -> set[object]:
    return {row.id for row in (await queries.current_documents(work.session)).values()}


def _to_schema(work: Work, row: Document, *, current: bool) -> schemas.Document:
    return schemas.Document(
        id=row.id,
        kind=row.kind,
        version=row.version,
        current=current,
        title=row.title,
        file_name=row.file_name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        scan_state=scan_state(row.scan_state, scanning=work.settings.scanning),
        redacted_at=row.redacted_at,
        sample=row.sample,
        published_at=row.published_at,
        published_by_id=row.published_by,
    )
