"""Ask for the redaction of uploaded files, and settle what waits for a second person.

A super user removes what no submission has. Staff redact everything else: alone, or with a second person once a
decision rests on the file (decision 49).
"""

from collections.abc import Sequence

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.policies import PolicyKey
from app.domain.preconditions import Expected
from app.domain.redactions import REDACTION_LASTS, RedactionStatus, UploadKind, backups_until
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
from app.letters.files.redaction_to_confirm import RedactionToConfirm
from app.models import Document, FileRedaction, Policy
from app.queries import redactions as queries
from app.queries.policies import PolicyRow, find_policies
from app.schemas import redactions as schemas
from app.schemas.policies import Policy as PolicySchema
from app.schemas.shared import PersonRef
from app.services import policies
from app.services.redactions.files import UploadedFile, is_rested_on, lock_upload
from app.services.redactions.removal import carry_out, record
from app.services.workflow.editing import require_editable


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
    file = await lock_upload(work, UploadKind.POLICY_VERSION, version.id)
    assert file.application is not None
    assert isinstance(file.part, Policy)
    expected.check(file.part.version)
    await require_editable(work, file.application)
    if await queries.was_submitted(work.session, file.application.id, version.id):
        raise FileSubmitted
    await _require_open(work, file)
    row = _new(work, file, body, by_centre=True)
    await carry_out(work, file, row)
    found = await find_policies(work, {"application_id": policy.application_id})
    assert found is not None, "whoever changes a policy sees it"
    return policies.show(work, found.target, key)


async def redact(work: Work, body: schemas.FileRedactionCreate) -> schemas.FileRedaction:
    """Redact a file, or ask for a second person where a decision rests on it.

    Raises `InvalidInput` for an unknown file, and `Conflict` for one that is redacted or about to be, and for the
    current version of a document.
    """
    file = await lock_upload(work, body.file_kind, body.file_id)
    await _require_open(work, file)
    if isinstance(file.row, Document) and await queries.is_current(work.session, file.row):
        raise DocumentInForce
    row = _new(work, file, body, by_centre=False)
    if await is_rested_on(work, file):
        row.status, row.settled_at = RedactionStatus.PENDING, None
        row.expires_at = work.now + REDACTION_LASTS
        work.session.add(row)
        await work.session.flush()
        await record(work, file, row, EventType.FILE_REDACTION_REQUESTED, "to be redacted", centre_sees=False)
        await outbox.queue(work, RedactionToConfirm(redaction_id=row.id, application_id=row.application_id))
    else:
        await carry_out(work, file, row)
    return (await _to_schemas(work, [row]))[0]


async def confirm(work: Work, found: FileRedaction) -> schemas.FileRedaction:
    """Redact the file as its second person. Raises `OwnRedaction`, `RedactionSettled` and `RedactionExpired`."""
    file, row = await _lock_pending(work, found)
    if row.requested_by == work.actor.id:
        raise OwnRedaction
    _require_waiting(work, row)
    _settle(work, row, RedactionStatus.DONE)
    await carry_out(work, file, row)
    return (await _to_schemas(work, [row]))[0]


async def refuse(work: Work, found: FileRedaction) -> schemas.FileRedaction:
    """Leave the file as it is. Whoever asked withdraws. Raises `RedactionSettled` and `RedactionExpired`."""
    file, row = await _lock_pending(work, found)
    _require_waiting(work, row)
    own = row.requested_by == work.actor.id
    _settle(work, row, RedactionStatus.WITHDRAWN if own else RedactionStatus.REFUSED)
    await record(
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


async def _expire(work: Work, file: UploadedFile, row: FileRedaction) -> None:
    row.status, row.settled_at = RedactionStatus.EXPIRED, work.now
    await record(work, file, row, EventType.FILE_REDACTION_ENDED, "not redacted: expired", centre_sees=False)


async def list_all(work: Work, query: schemas.FileRedactionQuery) -> schemas.FileRedactionPage:
    """List a page of redactions."""
    rows, cursor = await queries.list_redactions(work, query)
    return schemas.FileRedactionPage(items=await _to_schemas(work, rows), next_cursor=cursor)


async def show(work: Work, row: FileRedaction) -> schemas.FileRedaction:
    """Show one redaction."""
    return (await _to_schemas(work, [row]))[0]


async def _require_open(work: Work, file: UploadedFile) -> None:
    """Raise `FileRedacted` and `RedactionPending`."""
    require_content(file.row.redacted_at)
    waiting = await queries.lock_pending(work.session, file.kind, file.row.id)
    if waiting is not None and waiting.expires_at is not None and waiting.expires_at <= work.now:
        # It gives its place to the new one.
        await _expire(work, file, waiting)
        await work.session.flush()
    elif waiting is not None:
        raise RedactionPending


def _new(work: Work, file: UploadedFile, body: schemas.FileRemovalCreate, *, by_centre: bool) -> FileRedaction:
    assert work.actor.id is not None
    return FileRedaction(
        file_kind=file.kind,
        file_id=file.row.id,
        application_id=file.application.id if file.application is not None else None,
        title=file.title,
        sha256=file.row.sha256,
        storage_key=file.row.storage_key,
        redact_file_name=body.redact_file_name,
        by_centre=by_centre,
        status=RedactionStatus.DONE,
        reason=body.reason,
        explanation=body.explanation,
        requested_by=work.actor.id,
        requested_by_name=work.actor.name,
        requested_at=work.now,
        settled_at=work.now,
    )


async def _lock_pending(work: Work, found: FileRedaction) -> tuple[UploadedFile, FileRedaction]:
    file = await lock_upload(work, found.file_kind, found.file_id)
    return file, await queries.lock_redaction(work.session, found.id)


def _require_waiting(work: Work, row: FileRedaction) -> None:
    if row.status is not RedactionStatus.PENDING:
        raise RedactionSettled
    if row.expires_at is not None and row.expires_at <= work.now:
        raise RedactionExpired


def _settle(work: Work, row: FileRedaction, status: RedactionStatus) -> None:
    row.status = RedactionStatus(status)
    row.settled_by, row.settled_by_name, row.settled_at = work.actor.id, work.actor.name, work.now


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
            redact_file_name=row.redact_file_name,
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
