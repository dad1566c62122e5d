"""Retry and discard jobs.

The job's row is locked before its email's. A worker takes jobs under the same lock, so it either has the job, and then
nobody else decides about it, or finds it as it was decided.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.jobs import IN_THE_QUEUE, JobStatus
from app.domain.refusals.jobs import JobDiscarded, JobUnderWay
from app.domain.refusals.requests import NotFound
from app.models import Email, EmailStatus, Job
from app.queries import jobs as queries
from app.queries.emails import lock_email, lock_emails
from app.schemas import jobs as schemas
from app.services import emails
from app.services.jobs import views

_CHANGE = """
WITH changed AS (
    UPDATE pgqueuer SET status = CAST(:status AS pgqueuer_status), updated = statement_timestamp() {more}
    WHERE id IN :ids RETURNING id, entrypoint, priority, status
) INSERT INTO pgqueuer_log (job_id, entrypoint, priority, status) SELECT * FROM changed
"""
_IDS = bindparam("ids", type_=BigInteger(), expanding=True)
_STATUS = bindparam("status", type_=Text())
_PUT_ASIDE = text(_CHANGE.format(more="")).bindparams(_IDS, _STATUS)
_AT_ONCE = ", attempts = 0, execute_after = statement_timestamp(), queue_manager_id = NULL"
_QUEUE_AGAIN = text(_CHANGE.format(more=_AT_ONCE)).bindparams(_IDS, _STATUS)
_HOLD = text(
    "INSERT INTO pgqueuer (entrypoint, priority, status, payload) "
    "SELECT :kind, 0, 'failed', convert_to(id, 'UTF8') FROM unnest(:ids) AS id"
).bindparams(bindparam("ids", type_=ARRAY(Text())), bindparam("kind", type_=Text()))


async def retry(work: Work, found: Job) -> schemas.JobDetail:
    """Have the job tried at once, with fresh attempts. Repeating it is harmless.

    Raises `JobUnderWay` and `JobDiscarded`, and `NotFound` if the job has just succeeded.
    """
    row = await _lock(work, found)
    if row.state is JobStatus.HELD:
        await _record(work, EventType.JOB_RETRIED, row, "retried")
    await _requeue(work, [row])
    return await _shown(work, row)


async def retry_held(
    work: Work, body: schemas.HeldJobsRetryCreate, *, before: datetime | None = None
) -> schemas.HeldJobsRetry:
    """Have the held jobs tried at once that the filters name, and that have not changed since `before`."""
    await adopt(work)
    rows, more = await queries.lock_held_jobs(
        work.session, body.kind, body.letter_kind, before=before, most=limits.JOBS_RETRIED_AT_ONCE
    )
    if rows:
        await _requeue(work, rows)
        await outbox.record(
            work,
            EventType.JOBS_RETRIED,
            ("jobs", uuid7()),
            summary=f"{len(rows)} held jobs retried",
            centre_sees=False,
            after={"retried": len(rows)} | body.model_dump(exclude_none=True),
        )
    return schemas.HeldJobsRetry(retried=len(rows), more=more)


async def adopt(work: Work) -> None:
    """Give each held email whose job is gone a held job, so that it is seen and can be retried."""
    ids = await queries.held_emails_without_job(work.session)
    if ids:
        await work.session.execute(_HOLD, {"kind": queries.SENDS, "ids": [str(id_) for id_ in ids]})


async def discard(work: Work, found: Job, body: schemas.JobDiscardCreate) -> schemas.JobDetail:
    """Give the job up for good. Its letter is kept with the reason, and with who gave it.

    Raises `JobUnderWay` and `JobDiscarded`, and `NotFound` if the job has just succeeded.
    """
    row = await _lock(work, found)
    email = await _email_of(work, row)
    if email is not None:
        if email.sending_since is not None:
            raise JobUnderWay
        if email.status in (EmailStatus.HELD, EmailStatus.QUEUED):
            await emails.note(work, email, EmailStatus.DISCARDED, body.reason)
    await _set(work, [row], JobStatus.DISCARDED)
    await _record(work, EventType.JOB_DISCARDED, row, "discarded", reason=body.reason)
    return await _shown(work, row)


async def _lock(work: Work, found: Job) -> Job:
    row = await queries.lock_job(work.session, found.id)
    if row is None:
        raise NotFound
    if row.state is JobStatus.RUNNING:
        raise JobUnderWay
    if row.state is JobStatus.DISCARDED:
        raise JobDiscarded
    return row


async def _shown(work: Work, row: Job) -> schemas.JobDetail:
    changed = await queries.lock_job(work.session, row.id)
    assert changed is not None, "it is locked"
    return await views.show(work, changed)


async def _email_of(work: Work, row: Job) -> Email | None:
    letters = await queries.letters_of_jobs(work.session, [row])
    found = letters.get(row.about)
    return await lock_email(work.session, found.id) if found is not None else None


async def _requeue(work: Work, rows: Sequence[Job]) -> None:
    letters = await queries.letters_of_jobs(work.session, rows)
    for email in await lock_emails(work.session, sorted(letter.id for letter in letters.values())):
        if email.status is EmailStatus.HELD:
            await emails.note(work, email, EmailStatus.QUEUED)
    await _set(work, rows, JobStatus.QUEUED)


async def _set(work: Work, rows: Sequence[Job], status: JobStatus) -> None:
    """Write the new state as the queue does, with its line in the queue's log."""
    await work.session.flush()
    values = {"status": IN_THE_QUEUE[status], "ids": [row.id for row in rows]}
    await work.session.execute(_QUEUE_AGAIN if status is JobStatus.QUEUED else _PUT_ASIDE, values)


async def _record(work: Work, type_: EventType, row: Job, what: str, **after: str) -> None:
    await outbox.record(
        work,
        type_,
        ("job", row.public_id),
        summary=f"Job {row.entrypoint} {what}",
        centre_sees=False,
        after={"kind": row.entrypoint, "about": row.about, **after},
    )
