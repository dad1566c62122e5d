"""Redactions of uploaded files, and what they need to know of a file."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, literal, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.database import Work
from app.domain.redactions import RedactionStatus, UploadKind
from app.models import (
    Action,
    ActionEvidence,
    AgreementAcceptance,
    Application,
    Decision,
    Document,
    FileRedaction,
    Policy,
    PolicyVersion,
    Recommendation,
    Submission,
)
from app.queries.locking import lock_found, lock_row
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.redactions import FileRedactionQuery


async def find_redaction(work: Work, ids: Mapping[str, UUID]) -> Found[FileRedaction] | None:
    """Find the redaction in the path, for staff."""
    row = await work.session.scalar(
        select(FileRedaction).where(FileRedaction.id == ids["redaction_id"], staff_only(work.actor))
    )
    return Found(row) if row is not None else None


async def list_redactions(work: Work, query: FileRedactionQuery) -> tuple[list[FileRedaction], str | None]:
    """List a page of redactions, newest first."""
    statement = select(FileRedaction).where(staff_only(work.actor))
    if query.status is not None:
        statement = statement.where(FileRedaction.status == query.status)
    if query.application_id is not None:
        statement = statement.where(FileRedaction.application_id == query.application_id)
    return await fetch_page(work.session, statement, page_of(query, [FileRedaction.id], descending=True))


async def lock_redaction(session: AsyncSession, id_: UUID) -> FileRedaction:
    """Lock the row and read it afresh. Lock the application first, then the file."""
    return await lock_row(session, FileRedaction, id_)


@unfiltered(Reason.JUDGED)
async def lock_pending(session: AsyncSession, kind: UploadKind, file_id: UUID) -> FileRedaction | None:
    """Lock the file's redaction that waits for a second person. Lock the file first."""
    return await lock_found(
        session,
        select(FileRedaction).where(
            FileRedaction.file_kind == kind,
            FileRedaction.file_id == file_id,
            FileRedaction.status == RedactionStatus.PENDING,
        ),
    )


@unfiltered(Reason.PERMITTED)
async def application_of(session: AsyncSession, kind: UploadKind, file_id: UUID) -> UUID | None:
    """Find the application that the file belongs to; None for our own document and for an unknown id."""
    statements: Mapping[UploadKind, Select[UUID]] = {
        UploadKind.POLICY_VERSION: select(Policy.application_id)
        .join(PolicyVersion, PolicyVersion.policy_id == Policy.id)
        .where(PolicyVersion.id == file_id),
        UploadKind.ACTION_EVIDENCE: select(Action.application_id)
        .join(ActionEvidence, ActionEvidence.action_id == Action.id)
        .where(ActionEvidence.id == file_id),
    }
    found: UUID | None = await session.scalar(statements[kind]) if kind in statements else None
    return found


@unfiltered(Reason.JUDGED)
async def find_version(session: AsyncSession, policy_id: UUID, number: int) -> PolicyVersion | None:
    found: PolicyVersion | None = await session.scalar(
        select(PolicyVersion).where(PolicyVersion.policy_id == policy_id, PolicyVersion.number == number)
    )
    return found


def _names(version_id: UUID) -> ColumnElement[bool]:
    return Submission.content.contains({"policies": [{"version_id": str(version_id)}]})


@unfiltered(Reason.JUDGED)
async def was_submitted(session: AsyncSession, application_id: UUID, version_id: UUID) -> bool:
    """True for a version that a submission names."""
    naming = select(Submission.id).where(Submission.application_id == application_id, _names(version_id))
    return bool(await session.scalar(select(naming.exists())))


@unfiltered(Reason.JUDGED)
async def was_judged(session: AsyncSession, application_id: UUID, version_id: UUID) -> bool:
    """True for a version of a submission on which somebody has recommended or decided."""
    judged = or_(
        exists().where(Recommendation.submission_id == Submission.id),
        exists().where(Decision.submission_id == Submission.id),
    )
    naming = select(Submission.id).where(
        Submission.application_id == application_id,
        _names(version_id),
        judged,
    )
    return bool(await session.scalar(select(naming.exists())))


@unfiltered(Reason.RULE)
async def was_agreed_to(session: AsyncSession, document_id: UUID) -> bool:
    """True for a document that a centre has agreed to."""
    row = AgreementAcceptance
    naming = select(row.id).where(or_(row.agreement_id == document_id, row.code_of_conduct_id == document_id))
    return bool(await session.scalar(select(naming.exists())))


@unfiltered(Reason.RULE)
async def is_current(session: AsyncSession, document: Document) -> bool:
    """True for the newest version of its kind."""
    newest = await session.scalar(select(func.max(Document.version)).where(Document.kind == document.kind))
    return newest == document.version


class Copy(NamedTuple):
    """Another file of the same centre with the same content."""

    of: UUID
    kind: UploadKind
    id: UUID
    application_id: UUID


@unfiltered(Reason.PERMITTED)
async def copies_of(session: AsyncSession, rows: Collection[FileRedaction]) -> Mapping[UUID, list[Copy]]:
    """Find the files of the same centres that have the same content and are not redacted, by the redactions' ids."""
    found: defaultdict[UUID, list[Copy]] = defaultdict(list)
    if not rows:
        return found
    of, own = aliased(Application), aliased(Application)
    ids = [row.id for row in rows]
    versions = (
        select(FileRedaction.id, literal(UploadKind.POLICY_VERSION.value), PolicyVersion.id, own.id)
        .join(of, of.id == FileRedaction.application_id)
        .join(own, own.centre_id == of.centre_id)
        .join(Policy, Policy.application_id == own.id)
        .join(PolicyVersion, and_(PolicyVersion.policy_id == Policy.id, PolicyVersion.sha256 == FileRedaction.sha256))
        .where(FileRedaction.id.in_(ids), PolicyVersion.redacted_at.is_(None))
        .where(PolicyVersion.id != FileRedaction.file_id)
    )
    evidence = (
        select(FileRedaction.id, literal(UploadKind.ACTION_EVIDENCE.value), ActionEvidence.id, own.id)
        .join(of, of.id == FileRedaction.application_id)
        .join(own, own.centre_id == of.centre_id)
        .join(Action, Action.application_id == own.id)
        .join(
            ActionEvidence, and_(ActionEvidence.action_id == Action.id, ActionEvidence.sha256 == FileRedaction.sha256)
        )
        .where(FileRedaction.id.in_(ids), ActionEvidence.redacted_at.is_(None))
        .where(ActionEvidence.id != FileRedaction.file_id)
    )
    for of_id, kind, id_, application_id in await session.execute(union_all(versions, evidence)):
        found[of_id].append(Copy(of_id, UploadKind(kind), id_, application_id))
    return found


@unfiltered(Reason.SYSTEM)
async def expired_redactions(session: AsyncSession, now: datetime) -> Sequence[FileRedaction]:
    """The redactions that have waited in vain."""
    waiting = select(FileRedaction).where(
        FileRedaction.status == RedactionStatus.PENDING, FileRedaction.expires_at <= now
    )
    return (await session.scalars(waiting.order_by(FileRedaction.id))).all()


@unfiltered(Reason.SYSTEM)
async def to_discard(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """List redactions whose content no job will remove, because the job was lost."""
    queued = select(text("convert_from(payload, 'UTF8')")).select_from(text("pgqueuer"))
    statement = select(FileRedaction.id).where(
        FileRedaction.status == RedactionStatus.DONE,
        FileRedaction.gone_at.is_(None),
        cast(FileRedaction.id, Text).not_in(queued.where(text("entrypoint = 'discard_file'"))),
    )
    return (await session.scalars(statement.order_by(FileRedaction.id).limit(limit))).all()
