"""Remove the content of uploaded files for good; their record and their hash stay.

A super user removes what no submission has. Staff redact everything else: alone, or with a second person once a
decision rests on the file (decision 49). The record is committed first; a job then removes the content from the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete

from app import outbox
from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.events import EventType
from app.domain.policies import POLICIES, PolicyKey
from app.domain.preconditions import Expected
from app.domain.redactions import REDACTION_LASTS, RedactionStatus, UploadKind, backups_until
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.redactions import (
    DocumentInForce,
    FileSubmitted,
    OwnRedaction,
    RedactionExpired,
    RedactionPending,
    RedactionSettled,
)
from app.domain.refusals.requests import NotFound
from app.domain.scans import require_content
from app.letters.files.redacted import FileWasRedacted
from app.letters.files.redaction_to_confirm import RedactionToConfirm
from app.models import Action, ActionEvidence, Application, DamagedFile, Document, FileRedaction, Policy, PolicyVersion
from app.queries import redactions as queries
from app.queries.applications import lock_application
from app.queries.locking import lock_row
from app.queries.policies import PolicyRow, find_policies
from app.queries.scans import FileRef, FileRow, FileTable, action_of, find_file, lock_file, policy_of
from app.schemas import redactions as schemas
from app.schemas.policies import Policy as PolicySchema
from app.schemas.shared import PersonRef
from app.services import policies
from app.services.workflow.editing import require_editable

_TABLES = {
    UploadKind.POLICY_VERSION: FileTable.POLICY_VERSIONS,
    UploadKind.ACTION_EVIDENCE: FileTable.ACTION_EVIDENCE,
    UploadKind.DOCUMENT: FileTable.DOCUMENTS,
}


@dataclass(frozen=True)
class _File:
    """A locked file with what it belongs to, all locked: an application and its policy or action, or nothing."""

    kind: UploadKind
    row: FileRow
    title: str
    application: Application | None = None
    part: Policy | Action | None = None
    newest: bool = True

    @property
    def aggregate(self) -> tuple[str, UUID]:
        """The stream that records its events."""
        if isinstance(self.part, Action):
            return "action", self.part.id
        return ("application", self.application.id) if self.application is not None else ("document", self.row.id)


async def remove_policy_version(
    work: Work,
    rows: Sequence[PolicyRow],
    key: PolicyKey,
    number: int,
    expected: Expected,
    body: schemas.FileRemovalCreate,
) -> PolicySchema:
    """Remove a version that was never submitted.

    Raises `NotFound`, `StaleVersion`, and `Conflict` once the application is submitted, for a version of an earlier
    submission, and for one that is redacted or about to be.
    """
    policy = next(row for row in rows if row.key is key)
    version = await queries.find_version(work.session, policy.id, number)
    if version is None:
        raise NotFound
    file = await _lock(work, UploadKind.POLICY_VERSION, version.id)
    assert file.application is not None
    assert isinstance(file.part, Policy)
    expected.check(file.part.version)
    await require_editable(work, file.application)
    if await queries.was_submitted(work.session, file.application.id, version.id):
        raise FileSubmitted
    await _require_open(work, file)
    row = _new(work, file, body, by_centre=True)
    await _carry_out(work, file, row)
    found = await find_policies(work, {"application_id": policy.application_id})
    assert found is not None, "whoever changes a policy sees it"
    return policies.show(work, found.target, key)


async def redact(work: Work, body: schemas.FileRedactionCreate) -> schemas.FileRedaction:
    """Redact a file, or ask for a second person where a decision rests on it.

    Raises `InvalidInput` for an unknown file, and `Conflict` for one that is redacted or about to be, and for the
    current version of a document.
    """
    file = await _lock(work, body.file_kind, body.file_id)
    await _require_open(work, file)
    if isinstance(file.row, Document) and await queries.is_current(work.session, file.row):
        raise DocumentInForce
    row = _new(work, file, body, by_centre=False)
    if await _is_rested_on(work, file):
        row.status, row.settled_at = RedactionStatus.PENDING, None
        row.expires_at = work.now + REDACTION_LASTS
        work.session.add(row)
        await work.session.flush()
        await _record(work, file, row, EventType.FILE_REDACTION_REQUESTED, "to be redacted", centre_sees=False)
        await outbox.queue(work, RedactionToConfirm(redaction_id=row.id, application_id=row.application_id))
    else:
        await _carry_out(work, file, row)
    return (await _to_schemas(work, [row]))[0]


async def confirm(work: Work, found: FileRedaction) -> schemas.FileRedaction:
    """Redact the file as its second person. Raises `OwnRedaction`, `RedactionSettled` and `RedactionExpired`."""
    file, row = await _lock_pending(work, found)
    if row.requested_by == work.actor.id:
        raise OwnRedaction
    _require_waiting(work, row)
    _settle(work, row, RedactionStatus.DONE)
    await _carry_out(work, file, row)
    return (await _to_schemas(work, [row]))[0]


async def refuse(work: Work, found: FileRedaction) -> schemas.FileRedaction:
    """Leave the file as it is. Whoever asked withdraws. Raises `RedactionSettled` and `RedactionExpired`."""
    file, row = await _lock_pending(work, found)
    _require_waiting(work, row)
    own = row.requested_by == work.actor.id
    _settle(work, row, RedactionStatus.WITHDRAWN if own else RedactionStatus.REFUSED)
    await _record(
        work, file, row, EventType.FILE_REDACTION_ENDED, f"not redacted: {row.status.value}", centre_sees=False
    )
    await work.session.flush()
    return (await _to_schemas(work, [row]))[0]


async def expire(work: Work) -> None:
    """Settle the redactions that have waited in vain, as the worker does every night."""
    for found in await queries.expired_redactions(work.session, work.now):
        file, row = await _lock_pending(work, found)
        if row.status is RedactionStatus.PENDING:
            await _expire(work, file, row)


async def _expire(work: Work, file: _File, row: FileRedaction) -> None:
    row.status, row.settled_at = RedactionStatus.EXPIRED, work.now
    await _record(work, file, row, EventType.FILE_REDACTION_ENDED, "not redacted: expired", centre_sees=False)


async def list_all(work: Work, query: schemas.FileRedactionQuery) -> schemas.FileRedactionPage:
    """List a page of redactions."""
    rows, cursor = await queries.list_redactions(work, query)
    return schemas.FileRedactionPage(items=await _to_schemas(work, rows), next_cursor=cursor)


async def show(work: Work, row: FileRedaction) -> schemas.FileRedaction:
    """Show one redaction."""
    return (await _to_schemas(work, [row]))[0]


async def note_gone(work: Work, redaction_id: UUID) -> None:
    """Note that the content is gone from the store."""
    row = await queries.lock_redaction(work.session, redaction_id)
    if row.gone_at is None:
        row.gone_at = work.now
        file = await _find(work, row)
        await _record(work, file, row, EventType.FILE_CONTENT_GONE, "gone from the document store", centre_sees=False)


async def request_missing(work: Work) -> None:
    """Have jobs remove content whose job was lost."""
    ids = await queries.to_discard(work.session, 200)
    if ids:
        await outbox.enqueue(work, "discard_file", *map(str, ids))


async def _lock(work: Work, kind: UploadKind, file_id: UUID) -> _File:
    """Lock the application first, as everybody does, then the file and its part, as a scan does. Raises
    `InvalidInput`."""
    session, ref = work.session, FileRef(_TABLES[kind], file_id)
    if kind is not UploadKind.DOCUMENT:
        application_id = await queries.application_of(session, kind, file_id)
        if application_id is None:
            raise _unknown()
        await lock_application(session, application_id)
    elif await find_file(session, ref) is None:
        raise _unknown()
    row = await lock_file(session, ref)
    if isinstance(row, PolicyVersion):
        await lock_row(session, Policy, row.policy_id)
    elif isinstance(row, ActionEvidence):
        await lock_row(session, Action, row.action_id)
    return await _described(work, kind, row)


async def _find(work: Work, row: FileRedaction) -> _File:
    found = await find_file(work.session, FileRef(_TABLES[row.file_kind], row.file_id))
    assert found is not None, "no file's row is ever deleted"
    return await _described(work, row.file_kind, found)


async def _described(work: Work, kind: UploadKind, row: FileRow) -> _File:
    if isinstance(row, PolicyVersion):
        policy, application, newest = await policy_of(work.session, row)
        guide = POLICIES[policy.key]
        title = f"{guide.letter}) {guide.title}, version {row.number}"
        return _File(kind, row, title, application, policy, newest)
    if isinstance(row, ActionEvidence):
        action, application, newest = await action_of(work.session, row)
        title = f"Evidence {row.number} for action {action.number}"
        return _File(kind, row, title, application, action, newest)
    return _File(kind, row, f"{row.title}, version {row.version}")


async def _require_open(work: Work, file: _File) -> None:
    """Raise `FileRedacted` and `RedactionPending`."""
    require_content(file.row.redacted_at)
    waiting = await queries.lock_pending(work.session, file.kind, file.row.id)
    if waiting is not None and waiting.expires_at is not None and waiting.expires_at <= work.now:
        # It gives its place to the new one.
        await _expire(work, file, waiting)
        await work.session.flush()
    elif waiting is not None:
        raise RedactionPending


async def _is_rested_on(work: Work, file: _File) -> bool:
    """True if somebody has recommended, decided, closed an action or agreed on the strength of the file."""
    if isinstance(file.part, Policy):
        assert file.application is not None
        return await queries.was_judged(work.session, file.application.id, file.row.id)
    if isinstance(file.part, Action):
        return file.part.status is ActionStatus.CLOSED
    return await queries.was_agreed_to(work.session, file.row.id)


def _new(work: Work, file: _File, body: schemas.FileRemovalCreate, *, by_centre: bool) -> FileRedaction:
    assert work.actor.id is not None
    return FileRedaction(
        file_kind=file.kind,
        file_id=file.row.id,
        application_id=file.application.id if file.application is not None else None,
        title=file.title,
        sha256=file.row.sha256,
        storage_key=file.row.storage_key,
        by_centre=by_centre,
        status=RedactionStatus.DONE,
        reason=body.reason,
        explanation=body.explanation,
        requested_by=work.actor.id,
        requested_by_name=work.actor.name,
        requested_at=work.now,
        settled_at=work.now,
    )


async def _carry_out(work: Work, file: _File, row: FileRedaction) -> None:
    """Mark the file, make everybody's ETags stale who saw it, and have its content removed after the commit."""
    file.row.redacted_at = work.now
    if not isinstance(file.row, Document):
        # Taken from the content: names of attached files and the author's folders.
        file.row.inspection_notices = None
    if file.part is not None:
        file.part.touch()
    if isinstance(file.part, Action) and file.newest and file.part.status is ActionStatus.EVIDENCE_SENT:
        # The centre lead can judge nothing, so it is the centre's turn again.
        file.part.status = ActionStatus.OPEN
    if isinstance(file.part, Policy):
        file.part.changed_at = work.now
    if file.application is not None and isinstance(file.part, Policy):
        file.application.changed_at = work.now
        file.application.touch()
    # What was damaged is redacted now, and that is no damage.
    await work.session.execute(delete(DamagedFile).where(DamagedFile.storage_key == row.storage_key))
    work.session.add(row)
    await work.session.flush()
    what = "removed" if row.by_centre else "redacted"
    await _record(work, file, row, EventType.FILE_REMOVED if row.by_centre else EventType.FILE_REDACTED, what)
    if not row.by_centre and row.application_id is not None:
        await outbox.queue(work, FileWasRedacted(redaction_id=row.id, application_id=row.application_id))
    await outbox.enqueue(work, "discard_file", str(row.id))


async def _lock_pending(work: Work, found: FileRedaction) -> tuple[_File, FileRedaction]:
    file = await _lock(work, found.file_kind, found.file_id)
    return file, await queries.lock_redaction(work.session, found.id)


def _require_waiting(work: Work, row: FileRedaction) -> None:
    if row.status is not RedactionStatus.PENDING:
        raise RedactionSettled
    if row.expires_at is not None and row.expires_at <= work.now:
        raise RedactionExpired


def _settle(work: Work, row: FileRedaction, status: RedactionStatus) -> None:
    row.status = RedactionStatus(status)
    row.settled_by, row.settled_by_name, row.settled_at = work.actor.id, work.actor.name, work.now


async def _record(
    work: Work, file: _File, row: FileRedaction, type_: EventType, what: str, *, centre_sees: bool = True
) -> None:
    application = file.application
    await outbox.record(
        work,
        type_,
        file.aggregate,
        summary=f"{row.title}: {what}",
        application_id=application.id if application is not None else None,
        centre_id=application.centre_id if application is not None else None,
        centre_sees=centre_sees and application is not None,
        after={
            "redaction": str(row.id),
            "file": {"kind": row.file_kind.value, "id": str(row.file_id), "sha256": row.sha256},
            "status": row.status.value,
            "reason": row.reason.value,
            "explanation": row.explanation,
            "requested_by": str(row.requested_by),
        },
    )


def _unknown() -> Exception:
    return fault("/file_id", InputFaultCode.UNKNOWN_FILE, "There is no uploaded file of this kind with this id.")


async def _to_schemas(work: Work, rows: Sequence[FileRedaction]) -> list[schemas.FileRedaction]:
    copies = await queries.copies_of(work.session, rows)
    return [
        schemas.FileRedaction(
            id=row.id,
            file_kind=row.file_kind,
            file_id=row.file_id,
            application_id=row.application_id,
            title=row.title,
            sha256=row.sha256,
            status=row.status,
            by_centre=row.by_centre,
            reason=row.reason,
            explanation=row.explanation,
            requested_by=PersonRef(id=row.requested_by, name=row.requested_by_name),
            requested_at=row.requested_at,
            expires_at=row.expires_at,
            settled_by=PersonRef(id=row.settled_by, name=row.settled_by_name or "") if row.settled_by else None,
            settled_at=row.settled_at,
            gone_at=row.gone_at,
            backups_until=backups_until(row.gone_at, work.settings.retention.backups_days),
            copies=[
                schemas.FileCopy(file_kind=copy.kind, file_id=copy.id, application_id=copy.application_id)
                for copy in copies.get(row.id, ())
            ],
        )
        for row in rows
    ]
