"""Which rows name which files of the document store. A row whose file was redacted names none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.redactions import RedactionStatus
from app.domain.stored_files import IssuedKind
from app.models import (
    ActionEvidence,
    DamagedFile,
    Document,
    FileRedaction,
    Invoice,
    InvoiceEntry,
    IssuedFile,
    PolicyVersion,
    Recognition,
    StoreCheck,
)
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered

_Table = type[PolicyVersion | ActionEvidence | Document | IssuedFile]
_TABLES: tuple[_Table, ...] = (PolicyVersion, ActionEvidence, Document, IssuedFile)
_SUBJECTS: Mapping[IssuedKind, InstrumentedAttribute[UUID]] = {
    IssuedKind.CERTIFICATE: Recognition.id,
    IssuedKind.CREDIT_NOTE: InvoiceEntry.id,
    IssuedKind.ELECTRONIC_CREDIT_NOTE: InvoiceEntry.id,
    IssuedKind.ELECTRONIC_INVOICE: Invoice.id,
    IssuedKind.INVOICE: Invoice.id,
    IssuedKind.RECEIPT: InvoiceEntry.id,
    IssuedKind.WELCOME_PACK: Recognition.id,
}

_REDACTED = FileRedaction.status == RedactionStatus.DONE


@dataclass(frozen=True)
class NamedFile:
    """A file as its row describes it."""

    storage_key: str
    size_bytes: int
    sha256: str


@unfiltered(Reason.SYSTEM)
async def files_after(session: AsyncSession, position: str, limit: int) -> list[NamedFile]:
    """Find the next files by key that rows name, in the database's own order of keys."""
    following = [
        _described(table).where(table.storage_key > position).order_by(table.storage_key).limit(limit).subquery()
        for table in _TABLES
    ]
    found = union_all(*(select(each) for each in following)).subquery()
    rows = await session.execute(select(found).order_by(found.c.storage_key).limit(limit))
    return [NamedFile(*row) for row in rows]


@unfiltered(Reason.SYSTEM)
async def named_among(session: AsyncSession, keys: Collection[str]) -> dict[str, NamedFile]:
    """Find those of the keys that a row names."""
    found = union_all(*(_described(table).where(table.storage_key.in_(list(keys))) for table in _TABLES))
    return {row[0]: NamedFile(*row) for row in await session.execute(found)}


def _described(table: _Table) -> Select[str, int, str]:
    return select(table.storage_key, table.size_bytes, table.sha256).where(_is_there(table))


def _is_there(table: _Table) -> ColumnElement[bool]:
    return true() if table is IssuedFile else table.redacted_at.is_(None)  # type: ignore[union-attr]


@unfiltered(Reason.SYSTEM)
async def count_files(session: AsyncSession) -> int:
    """Count the files that rows name."""
    counts = [select(func.count()).select_from(table).where(_is_there(table)).scalar_subquery() for table in _TABLES]
    return sum((await session.execute(select(*counts))).one())


@unfiltered(Reason.SYSTEM)
async def some_files(session: AsyncSession, number: int) -> list[NamedFile]:
    """Find a few of the newest uploads and documents."""
    rows: list[NamedFile] = []
    for table in (PolicyVersion, ActionEvidence, Document):
        statement = _described(table).order_by(table.id.desc()).limit(number)
        rows += [NamedFile(*row) for row in await session.execute(statement)]
    return rows


@unfiltered(Reason.JUDGED)
async def find_issued(session: AsyncSession, kind: IssuedKind, subject_id: UUID) -> IssuedFile | None:
    """Find the PDF that was issued for an invoice, an entry of its ledger, or a recognition."""
    found: IssuedFile | None = await session.scalar(
        select(IssuedFile).where(IssuedFile.kind == kind, IssuedFile.subject_id == subject_id)
    )
    return found


@unfiltered(Reason.SYSTEM)
async def not_issued_yet(session: AsyncSession, kind: IssuedKind, subjects: Collection[UUID]) -> Sequence[UUID]:
    """Find those of the invoices, entries or recognitions whose PDF has no row."""
    subject = _SUBJECTS[kind]
    issued = select(IssuedFile.subject_id).where(IssuedFile.kind == kind, IssuedFile.subject_id == subject)
    return (await session.scalars(select(subject).where(subject.in_(list(subjects)), ~issued.exists()))).all()


@unfiltered(Reason.SYSTEM)
async def damaged_files(session: AsyncSession, after: str, limit: int) -> list[tuple[DamagedFile, NamedFile | None]]:
    """Find the next marks by key, each with what the row says; None where no row names the file any more."""
    rows = await session.scalars(
        select(DamagedFile).where(DamagedFile.storage_key > after).order_by(DamagedFile.storage_key).limit(limit)
    )
    marks = list(rows)
    named = await named_among(session, [mark.storage_key for mark in marks]) if marks else {}
    return [(mark, named.get(mark.storage_key)) for mark in marks]


@unfiltered(Reason.SYSTEM)
async def redacted_among(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Find those of the keys whose content was removed."""
    statement = select(FileRedaction.storage_key).where(_REDACTED, FileRedaction.storage_key.in_(list(keys)))
    return set(await session.scalars(statement))


@unfiltered(Reason.SYSTEM)
async def redacted_after(session: AsyncSession, position: str, limit: int) -> list[str]:
    """Find the next keys whose content was removed, in the database's own order."""
    following = select(FileRedaction.storage_key).where(_REDACTED, FileRedaction.storage_key > position)
    return list(await session.scalars(following.order_by(FileRedaction.storage_key).limit(limit)))


@unfiltered(Reason.SYSTEM)
async def count_damaged(session: AsyncSession) -> int:
    """Count the files that are marked as damaged."""
    return await session.scalar(select(func.count()).select_from(DamagedFile)) or 0


@unfiltered(Reason.SYSTEM)
async def lock_store_check(session: AsyncSession, name: str) -> StoreCheck | None:
    """Lock the progress of a scheduled check."""
    return await lock_found(session, select(StoreCheck).where(StoreCheck.name == name))
