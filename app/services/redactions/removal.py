"""Remove the content of an uploaded file, once it is decided. The record is committed first; a job then removes the
content from the store."""

from uuid import UUID

from sqlalchemy import delete, update

from app import outbox
from app.database import Work
from app.domain.actions import ActionStatus
from app.domain.events import EventType
from app.domain.redactions import redacted_name
from app.letters.files.redacted import FileWasRedacted
from app.letters.files.redacted_under_review import RedactedUnderReview
from app.models import Action, DamagedFile, Document, Event, FileRedaction, Policy
from app.queries import redactions as queries
from app.services.redactions.files import UploadedFile, find_upload, is_in_review


async def carry_out(work: Work, file: UploadedFile, row: FileRedaction) -> None:
    """Mark the file, make everybody's ETags stale who saw it, and have its content removed after the commit."""
    file.row.redacted_at = work.now
    if not isinstance(file.row, Document):
        # Taken from the content: names of attached files and the author's folders.
        file.row.inspection_notices = None
    if row.redact_file_name:
        await _redact_name(work, file)
    if file.part is not None:
        file.part.touch()
    in_review = is_in_review(file)
    if isinstance(file.part, Action) and in_review:
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
    await record(work, file, row, EventType.FILE_REMOVED if row.by_centre else EventType.FILE_REDACTED, what)
    if not row.by_centre and row.application_id is not None:
        await outbox.queue(work, FileWasRedacted(redaction_id=row.id, application_id=row.application_id))
        if in_review and file.application is not None and file.application.centre_lead_id not in (None, work.actor.id):
            letter = RedactedUnderReview(redaction_id=row.id, application_id=row.application_id)
            await outbox.queue(work, letter)
    await outbox.enqueue(work, "discard_file", str(row.id))


async def _redact_name(work: Work, file: UploadedFile) -> None:
    """Replace the file's name, and take it out of the audit as an erasure does. Submissions replace it where they are
    shown: their hash is that of the true name."""
    name, file.row.file_name = file.row.file_name, redacted_name(file.row.file_name)
    after = Event.audit["after"]
    # Other files of the application may have the same name: their record stays.
    told = (after["file_name"].astext == name, after["sha256"].astext == file.row.sha256)
    await work.session.execute(update(Event).where(Event.aggregate_id == file.aggregate[1], *told).values(audit=None))


async def record(
    work: Work, file: UploadedFile, row: FileRedaction, type_: EventType, what: str, *, centre_sees: bool = True
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
            "redact_file_name": row.redact_file_name,
            "explanation": row.explanation,
            "requested_by": str(row.requested_by),
        },
    )


async def note_gone(work: Work, redaction_id: UUID) -> None:
    """Note that the content is gone from the store."""
    row = await queries.lock_redaction(work.session, redaction_id)
    if row.gone_at is None:
        row.gone_at = work.now
        file = await find_upload(work, row)
        await record(work, file, row, EventType.FILE_CONTENT_GONE, "gone from the document store", centre_sees=False)


async def request_missing(work: Work) -> None:
    """Have jobs remove content whose job was lost."""
    ids = await queries.to_discard(work.session, 200)
    if ids:
        await outbox.enqueue(work, "discard_file", *map(str, ids))
